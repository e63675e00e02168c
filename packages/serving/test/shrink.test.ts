import { createTable } from "@wellbegun/core";
import { evaluateRanker, popularityRanker, splitOf, zeroShot } from "@wellbegun/evaluation";
import fc from "fast-check";
import { expect, it } from "vitest";
import { shrinkUsers, tuneShrinkage } from "../src/index.ts";
import { degreesOf, randomCase, score, standardized } from "./data.ts";

it("Shrinkage mixes content and popularity by the user's degree, up to a constant of the user", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 20 }), (seed, strength) => {
      const { content, train } = randomCase(seed);
      const shrunk = shrinkUsers(content, train, { strength });
      const degrees = degreesOf(train);
      const items = [...degrees.items.keys()];
      const popularity = standardized(degrees.items.map((degree) => Math.log(1 + degree)));
      for (const user of [0, 3, 29]) {
        const degree = degrees.users[user]!;
        const own = degree === 0 ? 0 : degree / (degree + strength);
        const z = standardized(items.map((item) => score(content, user, item)));
        const expected = items.map(
          (item) =>
            own * z(score(content, user, item)) + (1 - own) * popularity(Math.log(1 + degrees.items[item]!)),
        );
        const shift = score(shrunk, user, 0) - expected[0]!;
        for (const item of items) expect(score(shrunk, user, item) - shift).toBeCloseTo(expected[item]!, 3);
      }
    }),
    { numRuns: 20, seed: 5 },
  );
});

it("Shrinkage gives content at strength 0 and popularity at infinity", async () => {
  const { content, train, heldOut } = randomCase(8, 80, 60);
  const split = splitOf({ train, validation: heldOut, test: heldOut }, "validation");
  const recall = async (strength: number): Promise<number> =>
    (await zeroShot(shrinkUsers(content, train, { strength }), split)).cuts[0]!.recall;
  expect(await recall(Number.POSITIVE_INFINITY)).toBeCloseTo(
    (await evaluateRanker(popularityRanker(train), split)).cuts[0]!.recall,
    12,
  );
  // Users without a train item have the prior alone at any strength, so that only the others compare.
  const users = degreesOf(train).users;
  const own = (await zeroShot(content, split)).cuts[0]!.perUser;
  const shrunk = (await zeroShot(shrinkUsers(content, train, { strength: 0 }), split)).cuts[0]!.perUser;
  for (const [row, user] of own.users.entries()) {
    if (users[user]! > 0) expect(shrunk.recall[row]).toBe(own.recall[row]);
  }
});

it("Shrinkage moves users to the popularity-weighted mean item at the users' norm", () => {
  const { content, train } = randomCase(9);
  const { users } = shrinkUsers(content, train, {
    strength: Number.POSITIVE_INFINITY,
    prior: "items",
  });
  const { columns } = users;
  const degrees = degreesOf(train).items;
  const mean = Array.from({ length: columns }, (_, c) =>
    degrees.reduce((sum, degree, item) => sum + degree * content.items.row(item)[c]!, 0),
  );
  const norm = (vector: ArrayLike<number>): number => Math.hypot(...Array.from(vector));
  const rows = Array.from({ length: train.userCount }, (_, u) => content.users.row(u));
  const length = rows.reduce((sum, row) => sum + norm(row), 0) / rows.length;
  for (let c = 0; c < columns; c++) expect(users.data[c]).toBeCloseTo((mean[c]! / norm(mean)) * length, 4);
  const unmoved = shrinkUsers(content, train, { strength: 0, prior: "items" });
  const first = degreesOf(train).users.findIndex((degree) => degree > 0);
  for (let c = 0; c < columns; c++) {
    expect(unmoved.users.row(first)[c]).toBeCloseTo(content.users.row(first)[c]!, 6);
  }
});

it("Calibration chooses the strength with the best recall, and the smaller of equals", async () => {
  const { content, train, heldOut } = randomCase(12, 80, 60);
  const split = splitOf({ train, validation: heldOut, test: heldOut }, "validation");
  const { best, tried } = await tuneShrinkage(content, split, { strengths: [0, 1, 4], k: 5 });
  const recalls = tried.map(({ evaluation }) => evaluation.cuts[0]!.recall);
  expect(best.strength).toBe([0, 1, 4][recalls.indexOf(Math.max(...recalls))]);
  await expect(tuneShrinkage(content, split, { strengths: [] })).rejects.toMatchObject({ at: "strengths" });
});

it("Shrinkage refuses a strength below 0 and tables of other data", () => {
  const { content, train } = randomCase(13);
  expect(() => shrinkUsers(content, train, { strength: -1 })).toThrow(/strength/);
  expect(() =>
    shrinkUsers({ ...content, users: createTable(new Float32Array(8), 2, 4) }, train, { strength: 1 }),
  ).toThrow(/30 users/);
});
