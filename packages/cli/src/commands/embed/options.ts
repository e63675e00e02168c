import { choice, count, list, overwrite, path, text, toggle } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";
import { defaultEncoders } from "./encoder.ts";

/** Options of `embed`, as given. */
export interface EmbedSettings {
  readonly out?: string;
  readonly force?: boolean | string;
  readonly dtype?: "float32" | "float16";
  readonly id?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  readonly audio?: string;
  readonly textEncoder?: string;
  readonly imageEncoder?: string;
  readonly audioEncoder?: string;
  readonly device?: string;
  readonly modelDtype?: string;
  readonly pooling?: "mean" | "cls";
  readonly offline?: boolean;
  readonly workers?: number;
  readonly threads?: number;
  readonly restart?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const result = "Result:";
const catalog = "Catalog:";
const encoders = "Encoders:";
const machine = "Machine:";

/** The options of `embed`, in the order of its help. */
export const embedSettings: Settings<EmbedSettings> = {
  out: { kind: path, group: result, description: "folder to write the features to (required)" },
  force: {
    kind: overwrite,
    group: result,
    description: "replace features even if other files lie beside them; with its path once more, any folder",
  },
  dtype: {
    kind: choice(["float32", "float16"]),
    group: result,
    description: "type of the features (float32)",
  },
  id: { kind: text, group: catalog, description: "column of the items' IDs (id)" },
  text: {
    kind: list(text, "<columns>"),
    group: catalog,
    description: "columns of text, joined by a space: title,description",
  },
  image: {
    kind: text,
    group: catalog,
    description: "column of images: paths from the catalog's folder, or bytes",
  },
  audio: { kind: text, group: catalog, description: "column of sounds, likewise" },
  textEncoder: {
    kind: text,
    group: encoders,
    description: `folder of a model, or its name on the hub, name@commit (${defaultEncoders.text})`,
  },
  imageEncoder: {
    kind: text,
    group: encoders,
    description: `the same for images (${defaultEncoders.image})`,
  },
  audioEncoder: { kind: text, group: encoders, description: "the same for sound (none)" },
  offline: { kind: toggle, group: encoders, description: "fetch no model: folders, or what is in the cache" },
  modelDtype: {
    kind: text,
    group: encoders,
    description: "precision of transformers.js models: fp32, fp16, q8 (its own choice)",
  },
  pooling: {
    kind: choice(["mean", "cls"]),
    group: encoders,
    description: "pooling of texts by transformers.js models (as the model says, else mean)",
  },
  device: {
    kind: text,
    group: machine,
    description: "where the models run: cpu, cuda, webgpu (their own choice)",
  },
  workers: {
    kind: count("blocks"),
    group: machine,
    description: "blocks of items that are read and encoded at once (2)",
  },
  threads: {
    kind: count("threads"),
    group: machine,
    description: "threads of a model (its own choice)",
  },
  restart: {
    kind: toggle,
    group: machine,
    description: "discard what an unfinished run has left, instead of going on",
  },
  ...outputSettings,
};
