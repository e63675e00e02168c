import { messageOf } from "@wellbegun/core/backend";
import type { EncodedBatch, EncodeFailure } from "../encoder.ts";
import { poolRows } from "../pool.ts";
import type { Pooling } from "../spec.ts";
import type { LibraryModel, LibraryTensor } from "./library.ts";
import { outputOf } from "./output.ts";

/** Decoded content, and whether it was longer than the model takes and was cut. */
export interface Decoded {
  readonly content: unknown;
  readonly truncated: boolean;
}

/** How files become vectors. */
export interface FileSettings {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  readonly decode: (file: Uint8Array) => Promise<Decoded>;
  /** The inputs of the model for decoded content. */
  readonly prepare: (content: unknown) => Promise<Readonly<Record<string, LibraryTensor>>>;
}

/** The vector of decoded content. Tensors are released at once, so that memory stays the same over many files. */
export async function vectorOf(
  model: LibraryModel,
  content: unknown,
  { pooling, normalize, prepare }: FileSettings,
): Promise<Float32Array> {
  const inputs = await prepare(content);
  const outputs = await model(inputs);
  const vector = poolRows(outputOf(outputs), { pooling, normalize });
  for (const tensor of [...Object.values(outputs), ...Object.values(inputs)]) tensor.dispose?.();
  return vector;
}

/** Encodes files one by one; those that cannot be decoded are failures. */
export async function encodeLibraryFiles(
  model: LibraryModel,
  settings: FileSettings,
  width: number,
  files: readonly Uint8Array[],
): Promise<EncodedBatch> {
  const vectors = new Float32Array(files.length * width);
  const failures: EncodeFailure[] = [];
  let cut = 0;
  for (const [row, file] of files.entries()) {
    let decoded: Decoded;
    try {
      decoded = await settings.decode(file);
    } catch (cause) {
      failures.push({ row, reason: `not a readable file: ${messageOf(cause)}` });
      continue;
    }
    cut += Number(decoded.truncated);
    vectors.set(await vectorOf(model, decoded.content, settings), row * width);
  }
  return { vectors, failures, truncated: cut };
}
