import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors } from "@wellbegun/adapters/safetensors";
import { describe, expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";
import { example } from "./support/example.ts";
import { npyBytes, smallDataset, writeDataset } from "./support/files.ts";

describe("evaluate refuses", () => {
  it.each<[what: string, args: (folder: string) => string[], status: number, parts: string[]]>([
    ["half a pair", (f) => ["--users", join(f, "u.npy")], 2, ["--items", "alone"]],
    ["a bundle and a pair", (f) => ["--bundle", f, "--items", join(f, "i.npy")], 2, ["both"]],
    [
      "tables of others",
      (f) => ["--users", join(f, "i.npy"), "--items", join(f, "i.npy")],
      1,
      ["120 rows", "50", "i.npy"],
    ],
    [
      "a table that is not there",
      (f) => ["--users", join(f, "x.npy"), "--items", join(f, "i.npy")],
      1,
      ["x.npy"],
    ],
    [
      "a tensor that is not there",
      (f) => ["--users", `${join(f, "t.safetensors")}#b`, "--items", join(f, "i.npy")],
      1,
      ['"b"', "a, c"],
    ],
    [
      "several tensors",
      (f) => ["--users", join(f, "t.safetensors"), "--items", join(f, "i.npy")],
      1,
      ["one tensor", "#name"],
    ],
    [
      "masking given tables",
      (f) => ["--users", join(f, "u.npy"), "--items", join(f, "i.npy"), "--protocols", "mask-modality"],
      2,
      ["mask-modality"],
    ],
    ["a cut of nothing", () => ["--k", "0"], 2, ["k"]],
    ["a share beyond all", () => ["--mask-share", "2"], 2, ["share", "2"]],
    ["an unknown protocol", () => ["--protocols", "luck"], 2, ["luck", "--protocols"]],
    [
      "a report in a folder that is not there",
      (f) => ["--report", join(f, "no", "r.html")],
      1,
      ["r.html", "report"],
    ],
  ])("%s", async (_, args, status, parts) => {
    const { folder, dataset } = example();
    const small = { shape: [2, 2], data: new Float32Array(4) };
    writeFileSync(
      join(folder, "t.safetensors"),
      encodeSafetensors([
        { name: "a", ...small },
        { name: "c", ...small },
      ]),
    );
    const before = readdirSync(folder);
    const options = args(folder);
    const given = options.some((one) => one === "--users" || one === "--items" || one === "--bundle");
    const run = await wellbegun(["evaluate", dataset, ...(given ? [] : ["--clusters", "3"]), ...options]);
    expect(run.stderr).toContain("error:");
    for (const part of parts) expect(run.stderr).toContain(part);
    expect(run.status).toBe(status);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("a split without rows, and values that are not finite", async () => {
    const { folder, dataset, users, tables } = example();
    const data = smallDataset();
    const rows = data.rows.filter(([, , label]) => label !== 2);
    const bare = writeDataset(folder, "bare", { ...data, rows });
    const none = await wellbegun(["evaluate", bare, "--clusters", "2", "--split", "test"]);
    expect([none.status, none.stderr]).toEqual([1, expect.stringMatching(/expected test rows .* label 2 /)]);
    const broken = tables.users.map((value, i) => (i === 10 ? Number.NaN : value));
    writeFileSync(join(folder, "nan.npy"), npyBytes(broken, [users, 3]));
    const args = ["--users", join(folder, "nan.npy"), "--items", join(folder, "i.npy")];
    const nan = await wellbegun(["evaluate", dataset, ...args]);
    expect([nan.status, nan.stderr]).toEqual([1, expect.stringContaining("row 3, column 1")]);
  });
});
