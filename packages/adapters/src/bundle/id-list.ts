import { IdIndex, WellbegunError } from "@wellbegun/core";
import { IdTable } from "@wellbegun/core/support";
import { decodeIds } from "./ids.ts";

/**
 * The IDs of a list that people write, such as a dataset's `item_ids.txt`: one on each line in row order, each once. A byte order
 * mark and the line ends of Windows do not belong to the IDs.
 *
 * @throws {WellbegunError} `format` as `decodeIds`; `invalid-data` naming the lines of an ID that occurs twice.
 */
export function decodeIdList(bytes: Uint8Array, label: string): IdIndex {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const lines = decodeIds(marked ? bytes.subarray(3) : bytes, label);
  const table = new IdTable([], lines.length);
  for (const [row, line] of lines.entries()) {
    const id = line.endsWith("\r") ? line.slice(0, -1) : line;
    const earlier = table.add(id);
    if (earlier === row) continue;
    throw new WellbegunError("invalid-data", {
      doing: "reading IDs",
      expected: "each ID once",
      found: `${JSON.stringify(id)} again`,
      at: `${label}, lines ${earlier + 1} and ${row + 1}`,
    });
  }
  return new IdIndex(table.ids);
}

/** A row whose ID is the number of another row; undefined if there is none. */
export function rowNamingAnother({ ids }: IdIndex): number | undefined {
  const row = ids.findIndex((id, own) => {
    const text = String(id);
    return /^(0|[1-9]\d*)$/.test(text) && Number(text) < ids.length && Number(text) !== own;
  });
  return row < 0 ? undefined : row;
}
