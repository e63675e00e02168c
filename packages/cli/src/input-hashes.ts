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

/** Lines that are hashed at a time. */
const BATCH = 1 << 14;

/**
 * SHA-256 of the interactions as text, a line `user<TAB>item` each, sorted by user and then by item, so that it does
 * not depend on the order of the rows in a file. In a shell: `… | sort -n -k1,1 -k2,2 -u | sha256sum`.
 */
export function hashInteractions({ userCount, offsets, items }: Interactions): string {
  const hash = createHash("sha256");
  let lines: string[] = [];
  for (let u = 0; u < userCount; u++) {
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) lines.push(`${u}\t${items[e]}\n`);
    if (lines.length < BATCH) continue;
    hash.update(lines.join(""));
    lines = [];
  }
  return hash.update(lines.join("")).digest("hex");
}
