import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EncoderIdentity } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../../shared/backends/import-module.ts";

/** The kinds of content, which are also the names of their modalities. */
export type ContentKind = Exclude<EncoderIdentity["modality"], "unified">;

/** An encoder of `@wellbegun/encoders`, which is only loaded when content is encoded. */
export interface ContentEncoder {
  readonly width: number;
  readonly identity: EncoderIdentity;
  encode(batch: readonly (string | Uint8Array)[]): Promise<{
    readonly vectors: Float32Array;
    readonly failures: readonly { readonly row: number; readonly reason: string }[];
    readonly truncated: number;
  }>;
  dispose(): Promise<void>;
}

/** How encoders run. */
export interface EncoderSettings {
  readonly device?: string | undefined;
  readonly modelDtype?: string | undefined;
  readonly pooling?: "mean" | "cls" | undefined;
  readonly offline?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** The models that are used unless others are named, from the hub of transformers.js. */
export const defaultEncoders: Readonly<Partial<Record<ContentKind, string>>> = {
  text: "Xenova/all-MiniLM-L6-v2",
  image: "Xenova/clip-vit-base-patch32",
};

type OpenEncoder = (
  place: string,
  options: {
    modality: ContentKind;
    device?: string;
    dtype?: string;
    pooling?: "mean" | "cls";
    revision?: string;
    offline?: boolean;
    threads?: number;
  },
) => Promise<ContentEncoder>;

/**
 * Opens an encoder by its folder, or by its name on the hub with an optional revision: `owner/name@commit`. Precision and pooling
 * concern models of transformers.js alone.
 *
 * @throws {WellbegunError} `unavailable` if the package or one of its peers is not installed; and what `openEncoder` throws.
 */
export async function loadEncoder(
  modality: ContentKind,
  place: string,
  { device, modelDtype, pooling, offline, threads }: EncoderSettings,
): Promise<ContentEncoder> {
  const loaded = await importPeer(importModule, "@wellbegun/encoders/node", {
    doing: `opening the encoder for ${modality}`,
    install: `npm install @wellbegun/encoders ${runtimeOf(modality, place)}`,
  });
  const at = place.lastIndexOf("@");
  const [name, revision] =
    at > place.lastIndexOf("/") && at > 0 && !existsSync(place)
      ? [place.slice(0, at), place.slice(at + 1)]
      : [place];
  const isFree = !isDeclared(place);
  return await (loaded.openEncoder as OpenEncoder)(name, {
    modality,
    ...(device === undefined ? {} : { device }),
    ...(modelDtype !== undefined && isFree ? { dtype: modelDtype } : {}),
    ...(pooling !== undefined && isFree && modality === "text" ? { pooling } : {}),
    ...(revision === undefined ? {} : { revision }),
    ...(offline === undefined ? {} : { offline }),
    ...(threads === undefined ? {} : { threads }),
  });
}

/** Whether the encoder at `place` is a folder whose `encoder.json` says all. */
export function isDeclared(place: string): boolean {
  return existsSync(join(place, "encoder.json"));
}

/** The packages that run the encoder at `place`: those of ONNX models for a folder with `encoder.json`, otherwise transformers.js. */
function runtimeOf(modality: ContentKind, place: string): string {
  const declared = isDeclared(place);
  const runtime = declared ? "onnxruntime-node" : "@huggingface/transformers";
  if (modality === "audio") return `${runtime} audio-decode wave-resampler`;
  if (!declared) return runtime;
  return modality === "text" ? `${runtime} @huggingface/tokenizers` : `${runtime} sharp`;
}
