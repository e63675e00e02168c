import { cpu, type Interactions } from "@wellbegun/core";
import { splitOf, zeroShot } from "@wellbegun/evaluation";
import { expect, it } from "vitest";
import { tuneUntrained } from "../src/index.ts";
import { syntheticData } from "./data.ts";

const data = syntheticData(300, 3000);
const backend = cpu();

it("the tuned recommender has the validation recall it states, the best of all that were tried", async () => {
  const found = await tuneUntrained(data, { backend, contentWidth: 16 });
  const { items } = found.model;
  const { cuts } = await zeroShot(found.model, splitOf(data, "validation"), { backend });
  expect(cuts[0]!.recall).toBeCloseTo(found.recall, 12);
  expect(found.recall).toBe(Math.max(...found.trials.map(({ recall }) => recall)));
  expect(items.columns).toBe(found.chosen.k + 16);
  expect(new Set(found.trials.map(({ choice }) => choice))).toEqual(
    new Set(["width", "exponent", "modalities", "weight"]),
  );
  expect(found.sampled).toBe(false);
});

it("choices are made by a seeded sample of the users where there are more than maxUsers", async () => {
  const [once, again] = [
    await tuneUntrained(data, { backend, maxUsers: 50 }),
    await tuneUntrained(data, { backend, maxUsers: 50 }),
  ];
  expect(once).toMatchObject({ users: 50, sampled: true });
  expect(once.trials).toEqual(again.trials);
});

it("without features the result is the collaborative side alone", async () => {
  const found = await tuneUntrained({ ...data, features: {} }, { backend });
  expect(found.content).toBeUndefined();
  expect(found.model).toBe(found.collaborative);
  expect(found.chosen.weight).toBe(0);
});

it("test rows are never read", async () => {
  const test = new Proxy({} as Interactions, {
    get: () => {
      throw new Error("the test rows were read");
    },
  });
  await expect(tuneUntrained({ ...data, test } as typeof data, { backend })).resolves.toBeDefined();
});
