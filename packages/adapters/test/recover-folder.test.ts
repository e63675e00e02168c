import { mkdirSync, mkdtempSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBundle, recoverFolder, writeTables } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder, writeFiles } from "./helpers.ts";

const root = temporaryFolder();
const tables = (value: number): { name: string; rows: number; columns: number; data: Float32Array }[] => [
  { name: "users", rows: 1, columns: 1, data: Float32Array.of(value) },
];

/** A bundle as a process leaves it that is killed between the two renames of its replacement. */
async function killedBetweenRenames(): Promise<string> {
  const out = join(mkdtempSync(join(root, "case-")), "out");
  await writeTables(out, { tables: tables(1) });
  renameSync(out, join(dirname(out), ".out.previous-0123456789ab"));
  return out;
}

describe("A folder that a killed process has left half replaced", () => {
  it("is restored by recoverFolder once", async () => {
    const out = await killedBetweenRenames();
    await expectFailure(() => readBundle(out), "io");
    expect(await recoverFolder(out)).toBe(true);
    expect((await readBundle(out)).userCount).toBe(1);
    expect(readdirSync(dirname(out))).toEqual(["out"]);
    expect(await recoverFolder(out)).toBe(false);
  });

  it("is restored by the next writeTables, even if that fails", async () => {
    const out = await killedBetweenRenames();
    const bad = [{ name: "users", rows: 1, columns: 1, data: Float32Array.of(Number.NaN) }];
    await expectFailure(() => writeTables(out, { tables: bad }), "invalid-data");
    expect((await readBundle(out)).userCount).toBe(1);
    await writeTables(out, { tables: tables(2) });
    expect((await (await readBundle(out)).readTable("users")).data).toEqual(Float32Array.of(2));
    expect(readdirSync(dirname(out))).toEqual(["out"]);
  });

  it("is never taken from a replaced folder of another name, or half removed", async () => {
    const out = join(mkdtempSync(join(root, "case-")), "out");
    for (const name of [".out.previous-notes", ".out.replaced-0123456789ab", ".out2.previous-0123456789ab"])
      mkdirSync(join(dirname(out), name));
    expect(await recoverFolder(out)).toBe(false);
  });

  it("is removed where the new folder is in place, before it is replaced in turn", async () => {
    const out = join(mkdtempSync(join(root, "case-")), "out");
    await writeTables(out, { tables: tables(1) });
    const stale = join(dirname(out), ".out.previous-0123456789ab");
    mkdirSync(stale);
    writeFiles(stale, { "users.npy": "an older table" });
    mkdirSync(join(dirname(out), ".out.replaced-ba9876543210"));
    const before = snapshot(out);
    expect(await recoverFolder(out)).toBe(false);
    expect(snapshot(out)).toEqual(before);
    await writeTables(out, { tables: tables(2) });
    expect(readdirSync(dirname(out))).toEqual(["out"]);
  });
});
