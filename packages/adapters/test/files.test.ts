/** Reads beyond what one call of Node takes. */
import type { FileHandle } from "node:fs/promises";
import { expect, it } from "vitest";
import { readFully } from "../src/node/files.ts";

it("reads 2 GiB and more in calls that Node accepts", async () => {
  // Memory that is never touched, and a file that only says what it was asked for.
  const into = new Uint8Array(2 ** 31 + 8);
  const asked: [offset: number, length: number, position: number][] = [];
  const handle = {
    read: async (_: Uint8Array, offset: number, length: number, position: number) => {
      asked.push([offset, length, position]);
      return { bytesRead: length };
    },
  };
  await readFully(handle as unknown as FileHandle, into, 100, "a file");
  let end = 0;
  for (const [offset, length, position] of asked) {
    expect(length).toBeLessThan(2 ** 31);
    expect([offset, position]).toEqual([end, 100 + end]);
    end += length;
  }
  expect(end).toBe(into.length);
});
