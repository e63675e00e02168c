import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Interactions } from "@wellbegun/core";

/** SHA-256 of a file's bytes, in lowercase hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Bytes that are hashed at a time, and the most that a line takes: two numbers of ten digits, tab and line feed. */
const BATCH_BYTES = 1 << 16;
const LINE_BYTES = 22;

/**
 * SHA-256 of the interactions as text, a line `user<TAB>item` each, sorted by user and then by item, so that it does
 * not depend on the order of the rows in a file. In a shell: `… | sort -n -k1,1 -k2,2 -u | sha256sum`.
 */
export function hashInteractions({ userCount, offsets, items }: Interactions): string {
  const hash = createHash("sha256");
  const text = new Uint8Array(BATCH_BYTES);
  let length = 0;
  for (let u = 0; u < userCount; u++) {
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) {
      if (length + LINE_BYTES > BATCH_BYTES) {
        hash.update(text.subarray(0, length));
        length = 0;
      }
      length = writeDigits(text, length, u);
      text[length++] = 0x09;
      length = writeDigits(text, length, items[e]!);
      text[length++] = 0x0a;
    }
  }
  return hash.update(text.subarray(0, length)).digest("hex");
}

/** Writes a number in decimal and returns where it ends. Without strings, which a million rows are too many for. */
function writeDigits(text: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let p = at + digits - 1; p >= at; p--) {
    text[p] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + digits;
}
