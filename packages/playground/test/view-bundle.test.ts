import { openAsBlob, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeTables } from "@wellbegun/adapters/node";
import { describe, expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { temporaryFolder } from "../../../test-support/temporary-folder.ts";
import { viewBundle } from "../src/worker/view-bundle.ts";

/** A bundle of users and items, 6 and 4 rows, as the page gets its files. */
async function bundleOf(userColumns: number, itemColumns: number) {
  const folder = join(temporaryFolder(), "bundle");
  const tableOf = (name: string, rows: number, columns: number) => {
    const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
    return { name, rows, columns, data };
  };
  await writeTables(folder, { tables: [tableOf("users", 6, userColumns), tableOf("items", 4, itemColumns)] });
  const files = readdirSync(folder).map(async (name) => ({
    name,
    blob: await openAsBlob(join(folder, name)),
  }));
  return Promise.all(files);
}

describe("A bundle to look at", () => {
  it("is shown with its own width", async () => {
    const { result, tables } = await viewBundle(await bundleOf(3, 3));
    expect([result.users, result.items, result.dim, tables.items.columns]).toEqual([6, 4, 3, 3]);
    expect(result.map.x.length).toBe(10);
  });

  it.each([
    [3, 2],
    [2, 3],
  ])("is refused if its users have %i columns and its items %i", async (users, items) => {
    const files = await bundleOf(users, items);
    await expectRefusal(
      () => viewBundle(files),
      "mismatch",
      `expected items of ${users} columns`,
      `found ${items}`,
    );
  });
});
