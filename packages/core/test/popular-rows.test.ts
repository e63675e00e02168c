import { expect, it } from "vitest";
import { type FeatureSource, type FitOptions, fit as runFit } from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectClose, tableRows } from "./support/tables.ts";

it("The rows of streamed features that many users touch are in memory while the tables are made", async () => {
  // Everyone touches two of the last forty items, which do not stay by their place, and one of the others.
  const [users, items, popularFrom] = [360, 400, 360];
  const drawn = randomData({ users, items, widths: { image: 32 }, seed: 8, missing: 0.1 });
  const histories = Array.from({ length: users }, (_, user) =>
    [user, popularFrom + (user % 40), popularFrom + ((7 * user + 1) % 40)].map((item) => ({
      item,
      weight: 1,
    })),
  );
  const input = toInput({ ...drawn, histories });
  const reads = new Uint32Array(items);
  const image = input.features.image!;
  const counted: FeatureSource = {
    ...image,
    read: (firstRow, rows, into) => {
      for (let row = firstRow; row < firstRow + rows; row++) reads[row]!++;
      return image.read(firstRow, rows, into);
    },
  };
  const options: FitOptions = { project: "none", clusters: 3, restarts: 1 };
  const whole = await runFit(input, options);
  const partly = await runFit(
    { ...input, features: { image: counted } },
    { ...options, memory: 4 * items * 32 * 2.4 },
  );
  // Rows that stay from the start are read once, but for forty that have to make room.
  const streamedFrom = reads.lastIndexOf(1) + 1;
  expect(streamedFrom).toBeGreaterThan(40);
  expect(streamedFrom).toBeLessThan(popularFrom);
  const popular = reads.subarray(popularFrom);
  const others = reads.subarray(streamedFrom, popularFrom);
  // One reading brings them in. Without it, each block of users would read those that it touches.
  expect(Math.max(...popular)).toBeLessThanOrEqual(Math.min(...others) + 1);
  expect(partly.clusters.image!.labels).toEqual(whole.clusters.image!.labels);
  expectClose(tableRows(partly.users), tableRows(whole.users), 1e-6);
  expectClose(tableRows(partly.items), tableRows(whole.items), 1e-6);
});
