import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { Commit, JobFile, JobPart } from "./commit.ts";

const DOING = "collecting a Spark job";

/**
 * The users' vectors times a factor, part after part, in blocks of values. Each part's hash is compared when its last byte has
 * been read.
 *
 * @throws {WellbegunError} `mismatch` if a part has another hash than the job computed while writing it.
 */
export async function* partVectors(
  out: string,
  parts: readonly JobPart[],
  factor: number,
): AsyncGenerator<Float32Array> {
  for (const { vectors } of parts) {
    let rest = new Uint8Array(0);
    for await (const chunk of hashedChunks(out, vectors)) {
      // A chunk may end within a value, and its bytes may not be aligned.
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const view = new DataView(bytes.buffer);
      const values = new Float32Array(Math.floor(bytes.length / 4));
      for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true) * factor;
      rest = bytes.slice(values.length * 4);
      yield values;
    }
  }
}

/**
 * The users' IDs in row order, in blocks. They must ascend (numbers by value, text by code points), so that no user is there
 * twice.
 *
 * @throws {WellbegunError} `mismatch` if an ID does not follow the one before it, or a part has another number of IDs or hash.
 */
export async function* partIds(out: string, { parts, userKind }: Commit): AsyncGenerator<readonly string[]> {
  const follows = userKind === "number" ? followsAsNumber : followsAsText;
  let last: string | undefined;
  for (const { ids, users } of parts) {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let rest = "";
    let count = 0;
    for await (const chunk of hashedChunks(out, ids)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const id of lines) {
        if (last !== undefined && !follows(last, id)) {
          throw mismatch(`an ID after ${JSON.stringify(last)}`, JSON.stringify(id), join(out, ids.file));
        }
        last = id;
      }
      count += lines.length;
      yield lines;
    }
    if (rest !== "" || count !== users) throw mismatch(`${users} IDs`, `${count}`, join(out, ids.file));
  }
}

/** Whether the users' IDs, which ascend, are 0, 1, 2 and so on. */
export function idsAreRowNumbers({ userKind, users, parts }: Commit): boolean {
  return userKind === "number" && parts[0]?.first === "0" && parts.at(-1)?.last === `${users - 1}`;
}

async function* hashedChunks(out: string, { file, sha256 }: JobFile): AsyncGenerator<Uint8Array> {
  const path = join(out, file);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Uint8Array);
    yield chunk as Uint8Array;
  }
  const found = hash.digest("hex");
  if (found !== sha256) throw mismatch(`SHA-256 ${sha256}`, found, path);
}

function followsAsNumber(a: string, b: string): boolean {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x < y;
  return BigInt(a) < BigInt(b);
}

/** JavaScript compares UTF-16 code units, which differs from the order of code points only for surrogates. */
function followsAsText(a: string, b: string): boolean {
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b;
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at });
}
