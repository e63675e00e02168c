/** What a command says where a dataset lacks the rows that it judges by. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";
import { sharedFolder, smallDataset, writeDataset } from "./support/files.ts";

const folder = sharedFolder();
const data = smallDataset();
const rows = data.rows.filter(([, , label]) => label === 0);
const dataset = writeDataset(folder, "data", { ...data, rows });
writeFileSync(join(dataset, "item_ids.txt"), Array.from({ length: 6 }, (_, i) => `${i}\n`).join(""));
const log = join(folder, "log.parquet");
const columnData = ["u", "i"].map((name, at) => ({
  name,
  data: rows.map((row) => row[at]!),
  type: "INT32" as const,
}));
writeFileSync(log, new Uint8Array(parquetWriteBuffer({ columnData })));
const out = join(folder, "out");

describe("without validation rows", () => {
  it.each<[command: string, args: string[], option: string]>([
    ["recommend", ["--out", out], "--split"],
    ["evaluate", [], "--split-by"],
    ["tune", ["--out", out], "--split"],
    ["init", ["--out", out, "--weighting", "validation"], "--split"],
  ])("%s says how to hold rows out, of a folder and of a log", async (command, args, option) => {
    const ofFolder = await wellbegun([command, dataset, ...args]);
    expect([ofFolder.status, ofFolder.stderr]).toEqual([
      1,
      expect.stringMatching(/expected validation rows.*found none.*label 1 .*--label-column/),
    ]);
    const columns = ["--interactions", log, "--user-column", "u", "--item-column", "i"];
    const ofLog = await wellbegun([command, dataset, ...args, ...columns]);
    expect([ofLog.status, ofLog.stderr]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`expected validation rows.*found none.* ${option} time:<column> and --validation-from`),
      ),
    ]);
    expect(existsSync(out)).toBe(false);
  });
});
