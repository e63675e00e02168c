import {
  cpu,
  denseFeatures,
  type Interactions,
  interactionsFromArrays,
  itemDegrees,
  type ScoringTables,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { splitOf, zeroShot } from "@wellbegun/evaluation";
import { expect, it } from "vitest";
import { tune, tuneUntrained } from "../src/index.ts";
import { syntheticData } from "./data.ts";

const data = syntheticData(300, 3000);
const backend = cpu();

it("tuneUntrained has the validation recall that it states, and the best NDCG of all weights that were tried", async () => {
  const found = await tuneUntrained(data, { backend, contentWidth: 16 });
  const { items } = found.model;
  const { cuts } = await zeroShot(found.model, splitOf(data, "validation"), { backend });
  expect(cuts[0]!.recall).toBeCloseTo(found.recall, 12);
  const weighted = found.trials.filter(({ choice }) => choice === "weight");
  const best = Math.max(...weighted.map(({ ndcg }) => ndcg));
  expect(cuts[0]!.ndcg).toBeCloseTo(best, 12);
  expect(found.chosen.weight).toBe(weighted.find(({ ndcg }) => ndcg === best)!.value.weight);
  const widths = found.trials.filter(({ choice }) => choice === "width");
  const largest = Math.max(...widths.map(({ ndcg }) => ndcg));
  expect(found.chosen.k).toBeLessThanOrEqual(widths.find(({ ndcg }) => ndcg === largest)!.value.k!);
  expect(items.columns).toBe(found.chosen.k + 16);
  expect(new Set(found.trials.map(({ choice }) => choice))).toEqual(
    new Set(["width", "exponent", "modalities", "weight"]),
  );
  expect(found.sampled).toBe(false);
});

it("tuneUntrained chooses by a seeded sample of the users where there are more than maxUsers", async () => {
  const [once, again] = [
    await tuneUntrained(data, { backend, maxUsers: 50 }),
    await tuneUntrained(data, { backend, maxUsers: 50 }),
  ];
  expect(once).toMatchObject({ users: 50, sampled: true });
  expect(once.trials).toEqual(again.trials);
});

it("tuneUntrained without features gives the collaborative side alone", async () => {
  const found = await tuneUntrained({ ...data, features: {} }, { backend });
  expect(found.content).toBeUndefined();
  expect(found.model).toBe(found.collaborative);
  expect(found.chosen.weight).toBe(0);
});

it("tuneUntrained leaves out a modality that lowers the validation NDCG", async () => {
  const random = createRandom(3, "test/noise");
  const { itemCount } = data.train;
  const values = Float32Array.from({ length: itemCount * 40 }, () => random.uniform() - 0.5);
  const noise = denseFeatures(values, itemCount, 40);
  const how = { backend, contentWidth: 72 };
  const found = await tuneUntrained({ ...data, features: { ...data.features, noise } }, how);
  expect(Object.keys(found.chosen.modalities)).not.toContain("noise");
  expect(Object.values(found.chosen.modalities).every((weight) => weight > 0)).toBe(true);
  const added = found.trials.filter(({ choice }) => choice === "modalities").map(({ ndcg }) => ndcg);
  const { cuts } = await zeroShot(found.content!, splitOf(data, "validation"), { backend });
  expect(cuts[0]!.ndcg).toBeCloseTo(Math.max(...added), 12);
});

/** The data, in which every sixth item has one train row, so that cold items are among the validation rows. */
function withColdItems(): Pick<typeof data, "train" | "validation" | "features"> {
  const { train, features, validation } = data;
  const seen = new Map<number, number>();
  const pairs: (readonly [number, number])[] = [];
  for (let user = 0; user < train.userCount; user++) {
    for (const item of train.items.subarray(train.offsets[user]!, train.offsets[user + 1]!)) {
      seen.set(item, (seen.get(item) ?? 0) + 1);
      if (item % 6 !== 0 || seen.get(item) === 1) pairs.push([user, item]);
    }
  }
  const { userCount, itemCount } = train;
  const few = interactionsFromArrays({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
    userCount,
    itemCount,
  });
  return { train: few, validation, features };
}

/** Recall of cold items on the validation rows. */
async function coldOf(
  input: Pick<typeof data, "train" | "validation">,
  tables: ScoringTables,
): Promise<number> {
  const { cuts } = await zeroShot(tables, splitOf(input, "validation"), { backend });
  return cuts[0]!.byPopularity.find(({ group }) => group === "cold")!.recall;
}

it("tuneUntrained fills cold items by a factor, or by the one that finds most and loses at most 1 % overall", async () => {
  const input = withColdItems();
  const how = { backend, contentWidth: 8, maxWidth: 64 };
  const off = await tuneUntrained(input, how);
  expect(off.chosen.fillCold).toBe(0);
  expect(off.model).toBe(off.unfilled);
  const strong = await tuneUntrained(input, { ...how, fillCold: 3 });
  expect(strong.chosen).toEqual({ ...off.chosen, fillCold: 3 });
  expect(await coldOf(input, strong.model)).toBeGreaterThan(await coldOf(input, strong.unfilled));
  expect(strong.trials.at(-1)).toMatchObject({ choice: "fillCold", cold: await coldOf(input, strong.model) });
  const chosen = await tuneUntrained(input, { ...how, fillCold: "chosen" });
  expect(chosen.recall).toBeGreaterThanOrEqual(0.99 * off.recall);
  const tried = chosen.trials.filter(({ choice }) => choice === "fillCold");
  const allowed = tried.filter(({ recall }) => recall >= 0.99 * off.recall).map(({ cold }) => cold!);
  allowed.push(await coldOf(input, off.model));
  expect(tried.map(({ value }) => value.fillCold)).toEqual([0.25, 0.5, 1, 1.5, 2, 3]);
  expect(await coldOf(input, chosen.model)).toBe(Math.max(...allowed));
  await expect(tuneUntrained({ ...input, features: {} }, { ...how, fillCold: 1 })).rejects.toMatchObject({
    code: "invalid-option",
  });
});

it("tuneUntrained leaves cold items as they are if no factor finds more of them", async () => {
  const input = withColdItems();
  const { userCount, itemCount } = input.train;
  const degrees = itemDegrees(input.train);
  const cold = [...degrees.keys()].filter((item) => degrees[item]! <= 2);
  // Every user has one cold validation item, whose content is the opposite of what the user touches.
  const values = Float32Array.from({ length: itemCount * 2 }, (_, at) => {
    const [item, column] = [at >> 1, at % 2];
    return column === 0 ? (degrees[item]! <= 2 ? -1 : 1) : (item % 5) / 50;
  });
  const validation = interactionsFromArrays({
    users: Array.from({ length: userCount }, (_, user) => user),
    items: Array.from({ length: userCount }, (_, user) => cold[user % cold.length]!),
    userCount,
    itemCount,
  });
  const features = { image: denseFeatures(values, itemCount, 2) };
  const how = { backend, contentWidth: 2, maxWidth: 64, fillCold: "chosen" } as const;
  const found = await tuneUntrained({ ...input, validation, features }, how);
  const before = await coldOf({ ...input, validation }, found.unfilled);
  const after = found.trials.filter(({ choice }) => choice === "fillCold");
  expect(after).toHaveLength(6);
  expect(after.every(({ cold: filled }) => filled! <= before)).toBe(true);
  expect(found).toMatchObject({ fill: "no gain", chosen: { fillCold: 0 } });
  expect(found.model).toBe(found.unfilled);
});

it("tuneUntrained fills nothing where no item is cold, and chooses nothing where none is to be found", async () => {
  const how = { backend, contentWidth: 8, maxWidth: 64 };
  const { userCount, itemCount } = data.train;
  const all = Array.from({ length: 4 * itemCount }, (_, at) => [at >> 2, at % itemCount] as const);
  const popular = interactionsFromArrays({
    users: all.map(([user]) => user % userCount),
    items: all.map(([, item]) => item),
    userCount,
    itemCount,
  });
  for (const fillCold of [3, "chosen"] as const) {
    const found = await tuneUntrained({ ...data, train: popular }, { ...how, fillCold });
    expect(found).toMatchObject({ fill: "nothing to fill", chosen: { fillCold: 0 } });
    expect(found.model).toBe(found.unfilled);
  }
  const input = withColdItems();
  const degrees = itemDegrees(input.train);
  const warm = [...degrees.keys()].filter((item) => degrees[item]! > 2);
  const validation = interactionsFromArrays({
    users: Array.from({ length: userCount }, (_, user) => user),
    items: Array.from({ length: userCount }, (_, user) => warm[user % warm.length]!),
    userCount,
    itemCount,
  });
  const found = await tuneUntrained({ ...input, validation }, { ...how, fillCold: "chosen" });
  expect(found).toMatchObject({ fill: "nothing to choose by", chosen: { fillCold: 0 } });
});

it("tuneUntrained never reads test rows", async () => {
  const test = new Proxy({} as Interactions, {
    get: () => {
      throw new Error("the test rows were read");
    },
  });
  await expect(tuneUntrained({ ...data, test } as typeof data, { backend })).resolves.toBeDefined();
});

/** The data with the first train item of every third user among its validation items. */
function leaked(): { validation: Interactions; copies: number } {
  const { train, validation } = data;
  const [users, items]: number[][] = [[], []];
  for (const [user, end] of validation.offsets.subarray(1).entries()) {
    const own = [...validation.items.subarray(validation.offsets[user], end)];
    const touched = train.items.subarray(train.offsets[user], train.offsets[user + 1]);
    const copied = user % 3 === 0 ? [...touched.subarray(0, 1)] : [];
    for (const item of [...own, ...copied]) {
      users!.push(user);
      items!.push(item);
    }
  }
  const { userCount, itemCount } = train;
  return {
    validation: interactionsFromArrays({ users: users!, items: items!, userCount, itemCount }),
    copies: users!.length - validation.items.length,
  };
}

it("tuneUntrained ignores and counts validation rows that are train rows, and can refuse them", async () => {
  const { validation, copies } = leaked();
  const how = { backend, maxWidth: 64, contentWidth: 8, maxUsers: 100 };
  const found = await tuneUntrained({ ...data, validation }, how);
  expect(copies).toBeGreaterThan(50);
  expect(found.overlap).toBe(copies);
  expect(found.trials).toEqual((await tuneUntrained(data, how)).trials);
  const refused = tuneUntrained({ ...data, validation }, { ...how, overlap: "refuse" });
  await expect(refused).rejects.toMatchObject({ code: "invalid-data" });
  const search = { backend, budget: { trials: 3 }, space: { clusters: [4] } };
  const searched = await tune({ ...data, validation }, search);
  expect(searched.overlap).toBe(copies);
  expect(searched.best).toEqual((await tune(data, search)).best);
  await expect(tune({ ...data, validation }, { ...search, overlap: "refuse" })).rejects.toMatchObject({
    code: "invalid-data",
  });
});

it("tuneUntrained refuses validation rows that are all train rows", async () => {
  await expect(tuneUntrained({ ...data, validation: data.train }, { backend })).rejects.toMatchObject({
    code: "invalid-data",
  });
});

it("tuneUntrained refuses a bad factor of cold items before any work, and stops at every choice when its signal is aborted", async () => {
  const signal = { aborted: true };
  for (const fillCold of [0, Number.NaN, "chosne" as never]) {
    const run = tuneUntrained(data, { backend, fillCold, signal });
    const found = typeof fillCold === "string" ? '"chosne"' : `${fillCold}`;
    const message = expect.stringContaining(`found ${found}`);
    await expect(run).rejects.toMatchObject({ code: "invalid-option", message, at: "fillCold" });
  }
  const stoppedAt = async (last: number): Promise<number> => {
    let checks = 0;
    const watched: typeof signal = {
      get aborted() {
        return ++checks > last;
      },
    };
    const run = tuneUntrained(data, { backend, contentWidth: 8, signal: watched });
    if (last === Infinity) await run;
    else await expect(run).rejects.toMatchObject({ code: "aborted" });
    return checks;
  };
  const checks = await stoppedAt(Infinity);
  for (const share of [0.25, 0.5, 0.75, 1]) await stoppedAt(Math.ceil(share * checks) - 1);
});
