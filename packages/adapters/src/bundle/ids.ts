import { type Id, type IdBlocks, type IdIndex, WellbegunError } from "@wellbegun/core";
import { IdTable, inMemory } from "@wellbegun/core/support";

/**
 * Raw IDs as the text of an ID file: one on each line, in row order, each line ended by a line feed.
 *
 * @param label What to call them in errors, such as "user IDs".
 * @throws {WellbegunError} `invalid-data` if an ID holds a line break or a lone surrogate, or if two IDs have
 * the same text (such as 7 and "7"), since a reader could not distinguish them.
 */
export function encodeIds(ids: Iterable<Id>, label: string = "IDs"): Uint8Array {
  const text = [...distinctLines(ids, label), ""].join("\n");
  return new TextEncoder().encode(text);
}

/** An ID as the text of its line. @throws {WellbegunError} `invalid-data` as {@link encodeIds}. */
export function idLine(id: Id, at: string): string {
  const line = String(id);
  if (!/[\r\n]|\p{Surrogate}/u.test(line)) return line;
  throw failure("an ID without line breaks or lone surrogates", line, at);
}

/**
 * IDs from the bytes of an ID file.
 *
 * @throws {WellbegunError} `format` if the bytes are not UTF-8 or the last line does not end.
 */
export function decodeIds(bytes: Uint8Array, label: string = "IDs"): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const parts = { doing: "reading IDs", expected: "text in UTF-8", found: "other bytes", at: label, cause };
    throw new WellbegunError("format", parts);
  }
  const lines = text.split("\n");
  if (lines.pop() === "") return lines;
  throw new WellbegunError("format", {
    doing: "reading IDs",
    expected: "a line feed after the last ID",
    found: "a file that ends without one",
    at: label,
  });
}

/** Raw IDs that are generated while they are written, so that the list need not fit into memory. */
export interface StreamedIds {
  readonly length: number;
  /** The IDs in row order, in blocks; all of them distinct as text, which is not checked. */
  readonly blocks: Iterable<readonly Id[]> | AsyncIterable<readonly Id[]>;
}

/** Whether the IDs are 0, 1, 2 and so on, equal to the row numbers, so that no ID file is needed. */
export function idsAreRows(ids: Iterable<Id>): boolean {
  let row = 0;
  for (const id of ids) if (String(id) !== String(row++)) return false;
  return true;
}

/** IDs that are encoded at a time. */
const BLOCK_IDS = 1 << 16;

/** The lines of a list of IDs; undefined if the row numbers are the IDs. An array is checked at once. */
export function idLines(ids: readonly Id[] | StreamedIds | undefined, name: string): StreamedIds | undefined {
  if (ids === undefined || "blocks" in ids) return ids;
  if (idsAreRows(ids)) return undefined;
  distinctLines(ids, name);
  const blocks = { [Symbol.iterator]: () => eachSlice(ids) };
  return { length: ids.length, blocks };
}

function* eachSlice(ids: readonly Id[]): Generator<readonly Id[]> {
  for (let row = 0; row < ids.length; row += BLOCK_IDS) yield ids.slice(row, row + BLOCK_IDS);
}

/** The lines of consecutive IDs, each with its line feed. @throws {WellbegunError} `invalid-data` as {@link encodeIds}. */
export function linesOf(ids: readonly Id[], firstRow: number, label: string): string[] {
  return ids.map((id, row) => `${idLine(id, `${label}, row ${firstRow + row}`)}\n`);
}

/** The IDs as lines, none of them twice. */
function distinctLines(ids: Iterable<Id>, label: string): readonly Id[] {
  const lines = new IdTable();
  let row = 0;
  for (const id of ids) {
    const line = idLine(id, `${label}, row ${row}`);
    const earlier = lines.add(line);
    if (earlier !== row++) {
      throw failure("IDs that are written differently", line, `${label}, rows ${earlier} and ${row - 1}`);
    }
  }
  return lines.ids;
}

/** Whether IDs that are read in blocks are the row numbers; reads as far as they are. */
async function blocksAreRows(ids: IdBlocks): Promise<boolean> {
  let row = 0;
  for await (const block of ids.blocks()) {
    for (const id of block) if (String(id) !== String(row++)) return false;
  }
  return true;
}

/** The IDs of interactions as a writer takes them: an array, or blocks; undefined if blocks hold the row numbers. */
export async function writableIds(
  ids: IdIndex | IdBlocks | undefined,
): Promise<readonly Id[] | StreamedIds | undefined> {
  if (ids === undefined || inMemory(ids)) return ids?.ids;
  if (await blocksAreRows(ids)) return undefined;
  // Read again for each file that holds them.
  const blocks = { [Symbol.asyncIterator]: () => eachBlock(ids) };
  return { length: ids.size, blocks };
}

async function* eachBlock(ids: IdBlocks): AsyncGenerator<readonly Id[]> {
  yield* ids.blocks();
}

function failure(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: "writing IDs",
    expected,
    found: JSON.stringify(found),
    at,
  });
}
