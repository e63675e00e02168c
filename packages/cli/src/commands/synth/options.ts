import { presets } from "@wellbegun/synthetic";
import { byName, choice, count, overwrite, path, seed } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";
import type { SynthSettings } from "./run.ts";

/** Options of `synth`, as given. */
export type SynthFlags = SynthSettings & { out?: string; quiet?: boolean; json?: boolean };

const shape = "Shape:";
const presetNames = Object.keys(presets) as (keyof typeof presets)[];
/** The options of `synth`, in the order of its help. */
export const synthSettings: Settings<SynthFlags> = {
  out: { kind: path, group: "Result:", description: "folder to write the dataset to (required)" },
  force: {
    kind: overwrite,
    group: "Result:",
    description:
      "replace a synthetic dataset even if other files lie beside it; with its path once more, any folder",
  },
  preset: {
    kind: choice(presetNames),
    group: shape,
    description: "the sizes and widths of a known dataset (example)",
  },
  users: { kind: count("users"), group: shape, description: "number of users (2000)" },
  items: { kind: count("items"), group: shape, description: "number of items (1200)" },
  interactions: {
    kind: count("interactions"),
    group: shape,
    description: "number of train interactions; validation and test rows come on top (12 a user)",
  },
  modalities: {
    kind: byName(count("columns")),
    group: shape,
    description: "names and widths (image=64,text=48)",
  },
  seed: { kind: seed, group: shape, description: "equal seeds and sizes give equal data (999)" },
  ...outputSettings,
};
