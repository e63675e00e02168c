import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { ioError } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";

const doing = "reading a catalog";

/**
 * The text of a file in pieces, without a byte order mark.
 *
 * @throws {WellbegunError} `format` with the line where the file is not UTF-8; `io` if it cannot be read.
 */
export async function* utf8Text(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      const bytes = chunk as Buffer;
      let text: string;
      try {
        text = decoder.decode(bytes, { stream: true });
      } catch (cause) {
        throw notUtf8(path, lines + linesBeforeFault(bytes), cause);
      }
      lines += count(bytes);
      yield text;
    }
  } catch (cause) {
    throw ioError(doing, "a readable file", path, cause);
  }
  try {
    decoder.decode();
  } catch (cause) {
    throw notUtf8(path, lines, cause);
  }
}

/** The text of a whole file; undefined if it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined;
}

function count(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

/** The lines before the first that is not UTF-8. A piece may begin within a character, and end within one. */
function linesBeforeFault(bytes: Uint8Array): number {
  let start = 0;
  while (start < 3 && (bytes[start]! & 0xc0) === 0x80) start++;
  for (let lines = 0; ; lines++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
}

function notUtf8(path: string, linesBefore: number, cause: unknown): WellbegunError {
  return new WellbegunError("format", {
    doing,
    expected: "UTF-8",
    found: "bytes that are no UTF-8",
    at: `${path}, line ${linesBefore + 1}`,
    hint: "Convert the file: iconv -f latin1 -t utf-8.",
    cause,
  });
}
