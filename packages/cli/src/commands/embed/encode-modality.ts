import { elementsToBytes } from "@wellbegun/adapters/npy";
import type { Observer } from "@wellbegun/core";
import { float32ToFloat16, throwIfAborted } from "@wellbegun/core/support";
import type { ProgressStep } from "../../shared/progress.ts";
import type { BlockRecord, BlockStore } from "./block-store.ts";
import type { CatalogFile } from "./catalog/catalog-file.ts";
import { type ContentBlock, type ContentColumns, contentBlocks } from "./content.ts";
import type { ContentEncoder } from "./encoder.ts";
import { mapInOrder } from "./map-in-order.ts";
import { rateNote } from "./rate.ts";

/** What of a run concerns one modality. */
export interface ModalityJob extends ContentColumns {
  readonly encoder: ContentEncoder;
  readonly dtype: "float32" | "float16";
  readonly items: number;
  /** Blocks that are read and encoded at once. */
  readonly workers: number;
}

/** Items in a block: small enough for the memory of a few blocks of images, large enough to group texts by length. */
export const blockRows: Readonly<Record<ContentColumns["modality"], number>> = {
  text: 256,
  image: 64,
  audio: 16,
};

/** Largest value of each type. */
const limits = { float32: 3.4028234663852886e38, float16: 65504 } as const;

/** The blocks of a modality, encoded or found from an earlier run, in order. */
export async function encodeModality(
  files: readonly CatalogFile[],
  job: ModalityJob,
  store: BlockStore,
  observer: Observer & { readonly onStep?: (step: ProgressStep) => void },
): Promise<readonly BlockRecord[]> {
  const { modality, items, workers } = job;
  const records: BlockRecord[] = [];
  const note = rateNote();
  let done = 0;
  const blocks = contentBlocks(files, job, blockRows[modality]);
  const encode = async (block: ContentBlock): Promise<{ record: BlockRecord; found: boolean }> => {
    throwIfAborted(observer, "encoding content");
    const known = await store.find(modality, block.index);
    if (known?.rows === block.rows) return { record: known, found: true };
    return { record: await encodeBlock(block, job, store), found: false };
  };
  observer.onStep?.({ stage: "embed", modality, done: 0, total: items });
  for await (const { record, found } of mapInOrder(blocks, workers, encode)) {
    records.push(record);
    done += record.rows;
    observer.onStep?.({
      stage: "embed",
      modality,
      done,
      total: items,
      note: note(done, found ? record.rows : 0, items),
    });
  }
  return records;
}

async function encodeBlock(
  block: ContentBlock,
  { encoder, modality, dtype }: ModalityJob,
  store: BlockStore,
): Promise<BlockRecord> {
  const contents = await block.read();
  const present = contents.flatMap((one, row) => ("content" in one ? [{ row, content: one.content }] : []));
  const encoded = await encoder.encode(present.map(({ content }) => content));
  const vectors = new Float32Array(block.rows * encoder.width);
  const reasons = new Map(
    contents.flatMap((one, row) => ("reason" in one ? [[row, one.reason] as const] : [])),
  );
  for (const { row, reason } of encoded.failures) reasons.set(present[row]!.row, reason);
  for (const [i, { row }] of present.entries()) {
    const vector = encoded.vectors.subarray(i * encoder.width, (i + 1) * encoder.width);
    if (reasons.has(row)) continue;
    if (vector.every((value) => Math.abs(value) <= limits[dtype])) vectors.set(vector, row * encoder.width);
    else reasons.set(row, `the model's vector has values that ${dtype} cannot hold`);
  }
  const failures = [...reasons].sort(([a], [b]) => a - b).map(([row, reason]) => ({ row, reason }));
  const { index, rows } = block;
  const bytes = elementsToBytes(dtype === "float16" ? float32ToFloat16(vectors) : vectors);
  return store.keep(bytes, { modality, index, rows, failures, truncated: encoded.truncated });
}
