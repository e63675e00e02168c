import { readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { IdBlocks, WellbegunError } from "@wellbegun/core";
import { beforeAll, expect } from "vitest";
import { itOn, mountTmpfs } from "../../../test-support/disks.ts";
import { type DuckdbLogOptions, openLog } from "../src/index.ts";
import { duckdbRun, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

const root = temporaryFolder();
/** MiB: the work ends at one place after the other; the last disk is large enough. */
const disks = [1, 6, 7, 32].map((size) => mountTmpfs(root, `${size}m`, `size=${size}m`));

describeWithDuckdb("A disk for temporary files", (duckdb) => {
  const files = join(root, "log.csv");
  const log = { files, userColumn: "u", itemColumn: "i", memory: "64MB", threads: 1, duckdb };
  beforeAll(() =>
    duckdbRun(
      duckdb,
      `copy (select md5((hash(i) % 60000)::varchar) as u, 'item-' || (hash(i + 7) % 3000) as i, i as t from range(90000) r(i))
         to '${files}' (format csv, header)`,
    ),
  );

  itOn(
    disks.every((disk) => disk !== undefined) ? root : undefined,
    "may end at any place: the error says what to do, and all of its space is free again",
    async () => {
      const split = { by: "time", column: "t", validationFrom: 50_000, testFrom: 70_000 } as const;
      const found: string[] = [];
      for (const temp of disks as string[]) {
        const before = statfsSync(temp).bfree;
        found.push(await readingOf({ ...log, split, temp }));
        expect(readdirSync(temp)).toEqual([]);
        // Files that are removed and still open take their space.
        expect(statfsSync(temp).bfree).toBe(before);
      }
      const refusal = /^limit: .*room on the disk.*Name a folder on a larger disk as the option temp/s;
      for (const one of found) expect(one).toMatch(one.endsWith(" pairs") ? /^49994 pairs$/ : refusal);
      expect(found.at(-1)).toBe("49994 pairs");
      // Both DuckDB and the files of pairs met the end.
      for (const place of [/log\.duckdb/, /pairs_\w+\.\w+/]) expect(found.join("\n")).toMatch(place);
    },
  );

  itOn(disks.at(-1), "is free again after logs of which a part was read", async (temp) => {
    const before = statfsSync(temp).bfree;
    // The garbage collector may free one of them, but seldom all.
    for (let round = 0; round < 4; round++) {
      const opened = await openLog({ ...log, temp });
      const userIds = (await opened.source("train")).userIds as IdBlocks;
      for await (const ids of userIds.blocks()) {
        expect(ids.length).toBeLessThan(userIds.size);
        break;
      }
      await opened.close();
    }
    expect(statfsSync(temp).bfree).toBe(before);
  });
});

/** How opening a log and reading it ends. */
async function readingOf(options: DuckdbLogOptions): Promise<string> {
  try {
    const log = await openLog(options);
    try {
      let pairs = 0;
      for await (const { items } of log.blocks("train")) pairs += items.length;
      return `${pairs} pairs`;
    } finally {
      await log.close();
    }
  } catch (error) {
    const { code, message } = error as WellbegunError;
    return `${code}: ${message}`;
  }
}
