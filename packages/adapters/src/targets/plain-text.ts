import { WellbegunError } from "@wellbegun/core";

/** What a file is that is no text in UTF-8, by its first bytes; undefined if they do not tell. */
function disguise([first, second]: Uint8Array): { found: string; hint: string } | undefined {
  if (first === 0x1f && second === 0x8b) return { found: "gzip", hint: "Unpack the file first: gunzip." };
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16) return { found: "UTF-16", hint: "Save the file as UTF-8." };
  if (first === 0x50 && second === 0x4b) return { found: "a zip archive", hint: "Unpack the file first." };
  return undefined;
}

/**
 * Refuses the start of a file that is compressed, or text in UTF-16, before its header is looked for.
 *
 * @throws {WellbegunError} `format`.
 */
export function refuseDisguised(bytes: Uint8Array, doing: string, label: string): void {
  const other = disguise(bytes);
  if (other === undefined) return;
  throw new WellbegunError("format", { doing, expected: "text in UTF-8", at: label, ...other });
}

/** Names of columns that a message lists at most. */
const MOST_NAMES = 12;

/** The columns of a header for a message: not all of a line that is no header, such as a file whose lines end in carriage returns. */
export function listedColumns(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name.slice(0, 60)));
  const more = names.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}
