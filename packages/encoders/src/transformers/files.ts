import { messageOf } from "@wellbegun/core/backend";
import { BatchVectors } from "../batch-vectors.ts";
import type { EncodedBatch, EncodeFailure } from "../encoder.ts";
import type { Pooling } from "../spec.ts";
import type { LibraryModel, LibraryTensor } from "./library.ts";
import { runLibraryModel } from "./run.ts";

/** Decoded content, and whether it was longer than the model takes and was cut. */
export interface Decoded {
  readonly content: unknown;
  readonly truncated: boolean;
}

/** How files become vectors. */
export interface FileSettings {
  readonly pooling: Pooling;
  readonly normalize: boolean;
  /** What to call the model in errors. */
  readonly label: string;
  readonly decode: (file: Uint8Array) => Promise<Decoded>;
  /** The inputs of the model for decoded content. */
  readonly prepare: (content: unknown) => Promise<Readonly<Record<string, LibraryTensor>>>;
  /** The reason of content that the model does not take; throws the error again where it is not the content's fault. */
  readonly refused: (content: unknown, error: unknown) => string;
}

/** Encodes decoded content into a row. */
export async function encodeDecoded(
  model: LibraryModel,
  content: unknown,
  { pooling, normalize, label, prepare }: FileSettings,
  row: number,
  into: BatchVectors,
): Promise<void> {
  await runLibraryModel(model, label, await prepare(content), (output) =>
    into.put([row], output, { pooling, normalize, label }),
  );
}

/** Encodes files one by one; those that cannot be decoded are failures. */
export async function encodeLibraryFiles(
  model: LibraryModel,
  settings: FileSettings,
  width: number,
  files: readonly Uint8Array[],
): Promise<EncodedBatch> {
  const vectors = new BatchVectors(files.length, width);
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
    try {
      await encodeDecoded(model, decoded.content, settings, row, vectors);
    } catch (error) {
      failures.push({ row, reason: settings.refused(decoded.content, error) });
    }
  }
  return { vectors: vectors.data, failures, truncated: cut };
}
