import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutBlocks } from "../src/data/block-layout.ts";
import { type FeatureSource, fit as runFit } from "../src/index.ts";
import { randomData, seeded, toInput } from "./support/dataset.ts";
import { expectClose, tableRows } from "./support/tables.ts";

describe("A layout of rows in blocks", () => {
  it("covers every row once, within the sizes, resident ones first", () => {
    const sizes = fc.record({
      residentRows: fc.nat(40),
      residentBlockRows: fc.integer({ min: 1, max: 9 }),
      streamedBlockRows: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.nat(40), sizes, (rows, given) => {
        const layout = layoutBlocks(rows, given);
        const covered: number[] = [];
        for (let block = 0; block < layout.blockCount; block++) {
          const resident = block < layout.residentBlocks;
          const [start, end] = [layout.firstRow(block), layout.firstRow(block + 1)];
          expect(end - start).toBeLessThanOrEqual(
            resident ? given.residentBlockRows : given.streamedBlockRows,
          );
          for (let row = start; row < end; row++) {
            covered.push(row);
            expect(layout.blockOf(row)).toBe(block);
            expect(resident).toBe(row < given.residentRows);
          }
        }
        expect(covered).toEqual(Array.from({ length: rows }, (_, row) => row));
      }),
      seeded,
    );
  });
});

it("With memory for a part of the features, that part is read once and the rest again", async () => {
  const input = toInput(randomData({ users: 30, items: 400, widths: { image: 32 }, seed: 8 }));
  const reads = new Uint32Array(400);
  const image = input.features.image!;
  const counted: FeatureSource = {
    ...image,
    read: (firstRow, rows, into) => {
      for (let row = firstRow; row < firstRow + rows; row++) reads[row]!++;
      return image.read(firstRow, rows, into);
    },
  };
  const options = { project: "none", clusters: 3, restarts: 1 } as const;
  const whole = await runFit(input, options);
  // The features and some blocks, and what is held for each item: labels, bounds, degrees.
  const memory = 4 * 400 * 32 * 1.6 + 400 * 120;
  const partly = await runFit({ ...input, features: { image: counted } }, { ...options, memory });
  // Some that stayed make room for more popular ones in the end, and are read again from then on.
  const streamedFrom = reads.lastIndexOf(1) + 1;
  expect(reads.filter((count) => count === 1).length).toBeGreaterThan(40);
  expect(Math.min(...reads.subarray(streamedFrom))).toBeGreaterThan(5);
  expect(partly.clusters.image!.labels).toEqual(whole.clusters.image!.labels);
  expectClose(tableRows(partly.users), tableRows(whole.users), 1e-6);
  expectClose(tableRows(partly.items), tableRows(whole.items), 1e-6);
});
