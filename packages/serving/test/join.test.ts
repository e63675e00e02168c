import { cpu, createTable, IdIndex, type ProgressEvent, type ScoringTables } from "@wellbegun/core";
import { splitOf, zeroShot } from "@wellbegun/evaluation";
import fc from "fast-check";
import { expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { calibrate, joinTables, shrinkUsers, tuneShrinkage } from "../src/index.ts";
import { degreesOf, randomCase, score, standardized } from "./data.ts";

it("A joined scorer ranks warm items by the model and cold ones by content, each standardized over its own kind", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0.1, max: 3 }),
      fc.double({ min: -3, max: 3 }),
      (seed, slope, offset) => {
        const { model, content, train } = randomCase(seed);
        const joined = joinTables(model, content, train, { slope, offset });
        const degrees = degreesOf(train).items;
        const rows = [...degrees.keys()];
        const [warm, cold] = [rows.filter((i) => degrees[i]! > 2), rows.filter((i) => degrees[i]! <= 2)];
        for (const user of [0, 7, 29]) {
          const ofModel = standardized(warm.map((item) => score(model, user, item)));
          const ofContent = standardized(cold.map((item) => score(content, user, item)));
          for (const item of warm)
            expect(score(joined, user, item)).toBeCloseTo(ofModel(score(model, user, item)), 3);
          for (const item of cold) {
            expect(score(joined, user, item)).toBeCloseTo(
              offset + slope * ofContent(score(content, user, item)),
              3,
            );
          }
        }
      },
    ),
    { numRuns: 20, seed: 11 },
  );
});

it("calibrate returns what the joined tables then reach, within the tolerance and best on cold items", async () => {
  for (const seed of [1, 2, 3]) {
    const { model, content, train, heldOut } = randomCase(seed, 60, 50);
    const split = splitOf({ train, validation: heldOut, test: heldOut }, "validation");
    const k = 5;
    const found = await calibrate(model, content, split, { k, tolerance: 0.1 });
    const alone = (await zeroShot(model, split, { k: [k] })).cuts[0]!;
    const joined = (await zeroShot(joinTables(model, content, train, found), split, { k: [k] })).cuts[0]!;
    expect(found.alone.recall).toBeCloseTo(alone.recall, 6);
    expect(found.joined.recall).toBeCloseTo(joined.recall, 6);
    expect(found.joined.coldRecall).toBeCloseTo(joined.byPopularity[0]!.recall, 6);
    expect(joined.recall).toBeGreaterThanOrEqual(0.9 * alone.recall);
    for (const { recall, coldRecall } of found.tried) {
      if (recall >= 0.9 * alone.recall) expect(coldRecall).toBeLessThanOrEqual(found.joined.coldRecall);
    }
  }
});

it("A user to whom all items are equal gets the offset, and no NaN", () => {
  const { model, content, train } = randomCase(4);
  content.users.row(0).fill(0);
  const joined = joinTables(model, content, train, { slope: 1, offset: 2 });
  expect(joined.users.data.every(Number.isFinite)).toBe(true);
  const cold = degreesOf(train).items.findIndex((degree) => degree <= 2);
  expect(score(joined, 0, cold)).toBeCloseTo(2, 6);
});

it("Joining refuses tables of other data, bad calibrations, and data without both kinds of items", async () => {
  const { model, content, train, heldOut } = randomCase(5);
  const short = { ...model, users: createTable(model.users.data.subarray(5), 29, 5) };
  expect(() => joinTables(short, content, train, { slope: 1, offset: 0 })).toThrow(/30 users and 40 items/);
  expect(() => joinTables(model, short, train, { slope: 1, offset: 0 })).toThrow(/content/);
  expect(() => joinTables(model, content, train, { slope: 0, offset: 0 })).toThrow(/slope/);
  expect(() => joinTables(model, content, train, { slope: 1, offset: Number.NaN })).toThrow(/offset/);
  const split = splitOf({ train, validation: heldOut, test: heldOut }, "validation");
  await expect(calibrate(model, content, split, { tolerance: 2 })).rejects.toMatchObject({ at: "tolerance" });
  await expect(calibrate(model, content, split, { coldDegree: 1000 })).rejects.toMatchObject({
    code: "invalid-data",
  });
  const signal = { aborted: true };
  await expect(calibrate(model, content, split, { signal })).rejects.toMatchObject({ code: "aborted" });
});

it("A calibration remembers which items are cold, so that the joined tables have the same", async () => {
  const { model, content, train, heldOut } = randomCase(2, 60, 50);
  const split = splitOf({ train, validation: heldOut }, "validation");
  const found = await calibrate(model, content, split, { k: 5, tolerance: 0.5, coldDegree: 4 });
  const joined = (await zeroShot(joinTables(model, content, train, found), split, { k: [5] })).cuts[0]!;
  expect(joined.recall).toBeCloseTo(found.joined.recall, 12);
  const { slope, offset } = found;
  const narrower = joinTables(model, content, train, { slope, offset });
  expect(joinTables(model, content, train, found)).not.toEqual(narrower);
});

it("calibrate can be stopped by a timer while it ranks, and tells how far it is", async () => {
  const { model, content, train, heldOut } = randomCase(2, 60, 50);
  const split = splitOf({ train, validation: heldOut }, "validation");
  const done: number[] = [];
  const onProgress = ({ done: users, total }: ProgressEvent) => done.push(users / total);
  const found = await calibrate(model, content, split, { backend: cpu(), onProgress });
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done).toHaveLength(3);
  expect(done.at(-1)).toBe(1);
  expect(await calibrate(model, content, split, { backend: cpu() })).toEqual(found);

  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 0);
  const told: number[] = [];
  const stopped = () =>
    calibrate(model, content, split, {
      backend: cpu(),
      signal: controller.signal,
      onProgress: (event) => told.push(event.done),
    });
  expect((await expectRefusal(stopped, "aborted")).cause).toBe("enough");
  expect(told.length).toBeLessThan(done.length);
});

it("A misspelled option is refused by name, and so is a prior that there is not", async () => {
  const { model, content, train, heldOut } = randomCase(2, 60, 50);
  const split = splitOf({ train, validation: heldOut }, "validation");
  const calls: Record<string, () => unknown> = {
    coldDegre: () => joinTables(model, content, train, { slope: 1, offset: 0, coldDegre: 1 } as never),
    tolerence: () => calibrate(model, content, split, { tolerence: 1 } as never),
    stength: () => shrinkUsers(content, train, { strength: 1, stength: 2 } as never),
    strenghts: () => tuneShrinkage(content, split, { strenghts: [1] } as never),
    prior: () => shrinkUsers(content, train, { strength: 1, prior: "item" } as never),
  };
  for (const [name, call] of Object.entries(calls)) await expectRefusal(call, "invalid-option", name);
});

it("Joining refuses tables of the same counts whose IDs differ, from each other or from the train data", () => {
  const { model, content, train } = randomCase(5);
  const ids = (count: number, first: number): IdIndex =>
    new IdIndex(Array.from({ length: count }, (_, row) => `id ${first + row}`));
  const named = (tables: ScoringTables, first: number): ScoringTables => ({
    users: createTable(
      tables.users.data,
      tables.users.rows,
      tables.users.columns,
      ids(tables.users.rows, first),
    ),
    items: tables.items,
  });
  const calibration = { slope: 1, offset: 0 };
  expect(() => joinTables(named(model, 0), named(content, 0), train, calibration)).not.toThrow();
  expect(() => joinTables(named(model, 0), named(content, 1), train, calibration)).toThrow(
    "users of content",
  );
  const data = { ...train, userIds: ids(train.userCount, 2) };
  expect(() => joinTables(named(model, 2), content, data, calibration)).not.toThrow();
  expect(() => joinTables(named(model, 0), content, data, calibration)).toThrow("users of model");
});
