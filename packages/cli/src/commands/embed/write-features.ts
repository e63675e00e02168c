import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeIds, FEATURE_MANIFEST_FILE, type FeatureManifest } from "@wellbegun/adapters/bundle";
import { type FileDigest, HashedFile, type OutputFolderOptions, writeFolder } from "@wellbegun/adapters/node";
import { encodeNpyHeader } from "@wellbegun/adapters/npy";
import type { EncoderIdentity, Observer } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import type { BlockRecord, BlockStore } from "./block-store.ts";
import type { ContentKind } from "./encoder.ts";

/** What {@link writeFeatures} writes. */
export interface FeaturesToWrite extends OutputFolderOptions {
  readonly ids: readonly string[];
  readonly dtype: "float32" | "float16";
  readonly store: BlockStore;
  /** The blocks of each modality, in order. */
  readonly records: Readonly<Record<string, readonly BlockRecord[]>>;
  readonly modalities: readonly {
    readonly modality: ContentKind;
    readonly columns: readonly string[];
    readonly encoder: EncoderIdentity;
  }[];
}

const MISSING_FILE = "missing_items.jsonl";

/**
 * Writes the features as a folder, as a whole or not at all: block by block, so that memory does not grow with the catalog.
 *
 * @returns The files and their bytes.
 */
export async function writeFeatures(
  out: string,
  features: FeaturesToWrite,
  { signal }: Observer,
): Promise<Record<string, number>> {
  const { ids, dtype, store, records, modalities } = features;
  const files: Record<string, FileDigest> = {};
  await writeFolder(out, { ...features, signal }, async (folder) => {
    const write = async (name: string, chunks: Chunks): Promise<void> => {
      files[name] = await writeFile(join(folder, name), join(out, name), chunks, { signal });
    };
    await write("item_ids.txt", [encodeIds(ids, "item IDs")]);
    for (const { modality, encoder } of modalities) {
      const own = records[modality]!;
      await write(`${modality}_feat.npy`, featureChunks(own, store, dtype, [ids.length, encoder.width]));
      if (missingOf(own) > 0) await write(`${modality}_missing.npy`, maskChunks(own, ids.length));
    }
    await write(MISSING_FILE, missingLines(records, ids));
    await write(FEATURE_MANIFEST_FILE, [json(manifestOf(features, files))]);
  });
  return Object.fromEntries(Object.entries(files).map(([name, { bytes }]) => [name, bytes]));
}

/** The files of earlier features in a folder, which may be replaced unasked; none in another folder. */
export async function featureFiles(folder: string): Promise<readonly string[]> {
  try {
    const { format, files } = JSON.parse(
      await readFile(join(folder, FEATURE_MANIFEST_FILE), "utf8"),
    ) as FeatureManifest;
    return format === "wellbegun-features" ? [...Object.keys(files), FEATURE_MANIFEST_FILE] : [];
  } catch {
    return [];
  }
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

async function writeFile(
  path: string,
  label: string,
  chunks: Chunks,
  observer: Observer,
): Promise<FileDigest> {
  const file = await HashedFile.create(path, label);
  try {
    for await (const chunk of chunks) {
      throwIfAborted(observer, "writing features");
      await file.write(chunk);
    }
    return await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

async function* featureChunks(
  records: readonly BlockRecord[],
  store: BlockStore,
  dtype: "float32" | "float16",
  shape: readonly [number, number],
): AsyncGenerator<Uint8Array> {
  yield encodeNpyHeader(dtype, shape);
  for (const { modality, index } of records) yield await store.read(modality, index);
}

function* maskChunks(records: readonly BlockRecord[], items: number): Generator<Uint8Array> {
  yield encodeNpyHeader("bool", [items]);
  const mask = new Uint8Array(items);
  for (const { item } of failuresOf(records)) mask[item] = 1;
  yield mask;
}

function* missingLines(
  records: Readonly<Record<string, readonly BlockRecord[]>>,
  ids: readonly string[],
): Generator<Uint8Array> {
  for (const [modality, own] of Object.entries(records)) {
    for (const { item, reason } of failuresOf(own)) {
      yield new TextEncoder().encode(`${JSON.stringify({ row: item, id: ids[item], modality, reason })}\n`);
    }
  }
}

/** The rows without a vector, counted over the whole catalog. */
function* failuresOf(
  records: readonly BlockRecord[],
): Generator<{ readonly item: number; readonly reason: string }> {
  let first = 0;
  for (const { rows, failures } of records) {
    for (const { row, reason } of failures) yield { item: first + row, reason };
    first += rows;
  }
}

function missingOf(records: readonly BlockRecord[]): number {
  return records.reduce((sum, { failures }) => sum + failures.length, 0);
}

function manifestOf(
  { ids, dtype, records, modalities }: FeaturesToWrite,
  files: FeatureManifest["files"],
): FeatureManifest {
  return {
    format: "wellbegun-features",
    version: 1,
    modalities: Object.fromEntries(
      modalities.map(({ modality, columns, encoder }) => [
        modality,
        {
          shape: [ids.length, encoder.width] as const,
          dtype,
          missing: missingOf(records[modality]!),
          truncated: records[modality]!.reduce((sum, { truncated }) => sum + truncated, 0),
          columns,
          encoder,
        },
      ]),
    ),
    files,
  };
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
