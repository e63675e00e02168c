import { denseFeatures } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { maskModality, permutedTables, permuteRows, randomTables, rowPermutation } from "../src/index.ts";
import { scoringTables, table, tableRows } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";

describe("The permuted control", () => {
  it("keeps every row, moves nearly all, and repeats for the same seed", () => {
    const tables = scoringTables(table(300, 3, 1), table(200, 3, 2), 3);
    const found = permutedTables(tables, 7);
    for (const side of ["users", "items"] as const) {
      const [before, after] = [tableRows(tables[side]), tableRows(found[side])];
      const sorted = (rows: number[][]) => rows.map((row) => row.join()).sort();
      expect(sorted(after)).toEqual(sorted(before));
      expect(after.filter((row, r) => row.join() === before[r]!.join()).length).toBeLessThan(10);
    }
    expect(permutedTables(tables, 7)).toEqual(found);
    expect(permutedTables(tables, 8)).not.toEqual(found);
    expect(rowPermutation(200, 7, "users")).not.toEqual(rowPermutation(200, 7, "items"));
  });

  it("moves a row to the place that the order states", async () => {
    const order = Uint32Array.of(2, 0, 1);
    expect(permuteRows(Float32Array.of(1, 2, 3, 4, 5, 6), 2, order)).toEqual(
      Float32Array.of(5, 6, 1, 2, 3, 4),
    );
    expect(permuteRows(Int32Array.of(7, 8, 9), 1, order)).toEqual(Int32Array.of(9, 7, 8));
    await expectRefusal(() => permuteRows(new Float32Array(4), 1, order), "mismatch", "4 values");
  });
});

it("Random tables are standard normal, and differ with side and seed", () => {
  const made = randomTables(2000, 2000, 8, 3);
  const [users, items] = [made.users.data, made.items.data];
  const mean = users.reduce((sum, value) => sum + value, 0) / users.length;
  const variance = users.reduce((sum, value) => sum + value * value, 0) / users.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(items).not.toEqual(users);
  expect(randomTables(2000, 2000, 8, 3).users.data).toEqual(users);
  expect(randomTables(2000, 2000, 8, 4).users.data).not.toEqual(users);
});

describe("Masking a modality", () => {
  const rows = 400;
  const missing = Uint8Array.from({ length: rows }, (_, item) => (item % 10 === 0 ? 1 : 0));
  const features = {
    image: denseFeatures(table(rows, 4, 1), rows, 4),
    text: denseFeatures(table(rows, 2, 2), rows, 2, { missing }),
  };
  const count = (mask: Uint8Array | undefined): number => mask?.reduce((sum, flag) => sum + flag, 0) ?? 0;

  it("removes one modality from a share of the items, and keeps the content", async () => {
    const masked = maskModality(features, { share: 0.25, seed: 5 });
    const lost = (["image", "text"] as const).map((name) =>
      Array.from({ length: rows }, (_, i) => masked[name]!.missing![i]! - (features[name].missing?.[i] ?? 0)),
    );
    expect(lost.flat().every((value) => value === 0 || value === 1)).toBe(true);
    const perItem = Array.from({ length: rows }, (_, i) => lost[0]![i]! + lost[1]![i]!);
    expect(perItem.filter((value) => value === 1)).toHaveLength(100);
    expect(Math.max(...perItem)).toBe(1);
    for (const one of lost) expect(one.filter((value) => value === 1).length).toBeGreaterThan(20);
    const block = new Float32Array(8);
    await masked.image!.read(3, 2, block);
    expect(block).toEqual(table(rows, 4, 1).subarray(12, 20));
    expect(count(features.text.missing)).toBe(40);
    expect(maskModality(features, { share: 0.25, seed: 5 })).toEqual(
      expect.objectContaining({ image: expect.objectContaining({ missing: masked.image!.missing }) }),
    );
  });

  it("removes the named modality, from half of the items by default", () => {
    const masked = maskModality(features, { modality: "image" });
    expect([count(masked.image!.missing), count(masked.text!.missing)]).toEqual([200, 40]);
    expect(count(maskModality(features, { share: 0 }).image!.missing)).toBe(0);
  });

  it("refuses shares and modalities that are out of range", async () => {
    await expectRefusal(() => maskModality(features, { share: 1.1 }), "invalid-option", "share", "1.1");
    await expectRefusal(() => maskModality(features, { modality: "audio" }), "invalid-option", "image, text");
  });
});
