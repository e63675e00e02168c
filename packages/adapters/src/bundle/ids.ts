import { type Id, WellbegunError } from "@wellbegun/core";
import { IdTable } from "@wellbegun/core/support";

/**
 * Raw IDs as the text of an ID file: one on each line, in row order, each line ended by a line feed.
 *
 * @param label What to call them in errors, such as "user IDs".
 * @throws {WellbegunError} `invalid-data` if an ID holds a line break or a lone surrogate, or if two IDs have
 * the same text (such as 7 and "7"), since a reader could not distinguish them.
 */
export function encodeIds(ids: Iterable<Id>, label: string = "IDs"): Uint8Array {
  const lines = new IdTable();
  let row = 0;
  for (const id of ids) {
    const line = idLine(id, `${label}, row ${row}`);
    const earlier = lines.add(line);
    if (earlier !== row++) {
      throw failure("IDs that are written differently", line, `${label}, rows ${earlier} and ${row - 1}`);
    }
  }
  const text = [...lines.ids, ""].join("\n");
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

function failure(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: "writing IDs",
    expected,
    found: JSON.stringify(found),
    at,
  });
}
