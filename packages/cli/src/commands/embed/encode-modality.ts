import { createHash } from "node:crypto";
import { elementsToBytes } from "@wellbegun/adapters/npy";
import { type Observer, WellbegunError } from "@wellbegun/core";
import { float32ToFloat16, throwIfAborted } from "@wellbegun/core/support";
import type { ProgressStep } from "../../shared/progress.ts";
import type { BlockRecord, BlockStore } from "./block-store.ts";
import type { CatalogFile } from "./catalog/catalog-file.ts";
import { type ContentBlock, type ContentColumns, contentBlocks, type ItemContent } from "./content.ts";
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

/** Largest value of float16. */
const FLOAT16_MAX = 65504;

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
    const contents = await block.read();
    const content = hashOf(contents);
    const known = await store.find(modality, block.index, content);
    if (known !== undefined) return { record: known, found: true };
    const { bytes, ...made } = await encodeBlock(contents, job);
    const { index, rows } = block;
    return { record: await store.keep(bytes, { modality, index, rows, content, ...made }), found: false };
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
  if (done === items) {
    refuseNone(records, job);
    return records;
  }
  throw new WellbegunError("mismatch", {
    doing: "encoding content",
    expected: `the ${items} rows whose IDs were read`,
    found: `${done}`,
    at: files.map(({ label }) => label).join(", "),
    hint: "The catalog changed meanwhile; start again.",
  });
}

/** Refuses a modality of which no item has content that could be encoded: no command takes such features. */
function refuseNone(records: readonly BlockRecord[], { modality, columns, items }: ModalityJob): void {
  const failures = records.flatMap((record) => record.failures);
  if (failures.length < items) return;
  throw new WellbegunError("format", {
    doing: "encoding content",
    expected: `${modality} that can be encoded, of one item at least`,
    found: `none of ${items} items; the first one has: ${failures[0]?.reason}`,
    at: `column ${columns.join(", ")}`,
  });
}

/** SHA-256 of a block's contents, each behind its kind and length; what an item lacks counts with its reason. */
function hashOf(contents: readonly ItemContent[]): string {
  const hash = createHash("sha256");
  for (const one of contents) {
    const [kind, value] = "content" in one ? ["content", one.content] : ["reason", one.reason];
    const bytes = typeof value === "string" ? Buffer.from(value) : value!;
    hash.update(`${kind} ${bytes.length} `).update(bytes);
  }
  return hash.digest("hex");
}

/** The vectors of a block as bytes, and the rows without one. */
async function encodeBlock(
  contents: readonly ItemContent[],
  { encoder, dtype }: ModalityJob,
): Promise<Pick<BlockRecord, "failures" | "truncated"> & { readonly bytes: Uint8Array }> {
  const present = contents.flatMap((one, row) => ("content" in one ? [{ row, content: one.content }] : []));
  const encoded = await encoder.encode(present.map(({ content }) => content));
  const vectors = new Float32Array(contents.length * encoder.width);
  const reasons = new Map(
    contents.flatMap((one, row) => ("reason" in one ? [[row, one.reason] as const] : [])),
  );
  for (const { row, reason } of encoded.failures) reasons.set(present[row]!.row, reason);
  for (const [i, { row }] of present.entries()) {
    const vector = encoded.vectors.subarray(i * encoder.width, (i + 1) * encoder.width);
    if (reasons.has(row)) continue;
    const fault = faultOf(vector, dtype);
    if (fault === undefined) vectors.set(vector, row * encoder.width);
    else reasons.set(row, fault);
  }
  const failures = [...reasons].sort(([a], [b]) => a - b).map(([row, reason]) => ({ row, reason }));
  const bytes = elementsToBytes(dtype === "float16" ? float32ToFloat16(vectors) : vectors);
  return { bytes, failures, truncated: encoded.truncated };
}

/** Why a vector cannot be kept. */
function faultOf(vector: Float32Array, dtype: ModalityJob["dtype"]): string | undefined {
  if (!vector.every(Number.isFinite)) return "the model's vector has values that are not finite";
  const isHeld = dtype === "float32" || vector.every((value) => Math.abs(value) <= FLOAT16_MAX);
  return isHeld ? undefined : "the model's vector has values that float16 cannot hold";
}
