import { type AbortSignalLike, type Id, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { encodeIds, idLine, idsAreRows, type StreamedIds } from "../bundle/ids.ts";
import { type BundleFiles, RowWriter } from "./bundle-files.ts";

/**
 * Writes a list of IDs, in parts if it has more rows than `rowsPerPart`.
 *
 * @throws {WellbegunError} `mismatch` if the blocks do not add up to the list; `invalid-data` as `encodeIds`.
 */
export async function writeLines(
  files: BundleFiles,
  name: string,
  { length, blocks }: StreamedIds,
  {
    rowsPerPart = Number.POSITIVE_INFINITY,
    signal,
  }: { readonly rowsPerPart?: number | undefined; readonly signal?: AbortSignalLike | undefined },
): Promise<void> {
  const writer = new RowWriter(files, { name, shape: [length], rowsPerPart, head: () => new Uint8Array() });
  const encoder = new TextEncoder();
  let done = 0;
  for await (const block of blocks) {
    throwIfAborted({ signal }, "writing a bundle");
    if (done + block.length > length) throw otherCount(name, length, `at least ${done + block.length}`);
    const first = done;
    const lines = block.map((id, row) => `${idLine(id, `${name}, row ${first + row}`)}\n`);
    await writer.write(lines.length, (from, to) => encoder.encode(lines.slice(from, to).join("")));
    done += block.length;
  }
  if (done !== length) throw otherCount(name, length, `${done}`);
  await writer.finish();
}

/** IDs that are encoded at a time. */
const BLOCK_IDS = 1 << 16;

/** The lines of a list of IDs; undefined if the row numbers are the IDs. An array is checked at once. */
export function idLines(ids: readonly Id[] | StreamedIds | undefined, name: string): StreamedIds | undefined {
  if (ids === undefined || "blocks" in ids) return ids;
  if (idsAreRows(ids)) return undefined;
  encodeIds(ids, name);
  const starts = Array.from({ length: Math.ceil(ids.length / BLOCK_IDS) }, (_, block) => block * BLOCK_IDS);
  return { length: ids.length, blocks: starts.map((start) => ids.slice(start, start + BLOCK_IDS)) };
}

function otherCount(name: string, expected: number, found: string): WellbegunError {
  return new WellbegunError("mismatch", {
    doing: "writing IDs",
    expected: `${expected} IDs`,
    found,
    at: name,
  });
}
