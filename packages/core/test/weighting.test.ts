import { describe, expect, it } from "vitest";
import {
  cpu,
  type Dataset,
  denseFeatures,
  type FitOptions,
  fit,
  type Interactions,
  interactionsFromArrays,
  type Model,
} from "../src/index.ts";
import { expectRefusal } from "./support/errors.ts";
import { numbers } from "./support/numbers.ts";
import { tableRows } from "./support/tables.ts";

const [users, items] = [70, 60];
const random = numbers(5);

/** Users have a taste, which `good` shows well and `fair` less; `noise` says nothing. */
const tastes = Array.from({ length: items }, () => Array.from({ length: 4 }, () => random.normal()));
const features = { good: shown(0.3), fair: shown(1.2), noise: denseFeatures(drawn(items * 6), items, 6) };
const { train, validation, test } = histories();
const data: Dataset = { train, validation, features };

function drawn(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

function shown(noise: number) {
  const values = tastes.flatMap((taste) => taste.map((value) => value + noise * random.normal()));
  return denseFeatures(Float32Array.from(values), items, 4);
}

function histories(): Record<"train" | "validation" | "test", Interactions> {
  const pairs: Record<"train" | "validation" | "test", { users: number[]; items: number[] }> = {
    train: { users: [], items: [] },
    validation: { users: [], items: [] },
    test: { users: [], items: [] },
  };
  for (let user = 0; user < users; user++) {
    const liked = Array.from({ length: 4 }, () => random.normal());
    const score = tastes.map((taste) => taste.reduce((sum, value, c) => sum + value * liked[c]!, 0));
    const best = [...score.keys()].sort((a, b) => score[b]! - score[a]!).slice(0, 10);
    for (const [place, item] of best.entries()) {
      // One validation row is a train row too, which no list can contain.
      const split = place % 4 === 1 ? "validation" : place % 5 === 2 ? "test" : "train";
      pairs[split].users.push(user);
      pairs[split].items.push(item);
    }
    pairs.validation.users.push(user);
    pairs.validation.items.push(best[0]!);
  }
  const made = (split: keyof typeof pairs) =>
    interactionsFromArrays({ ...pairs[split], userCount: users, itemCount: items });
  return { train: made("train"), validation: made("validation"), test: made("test") };
}

/** Recall@20 of the tables, by plain loops. */
function recallOf(model: Model, heldOut: Interactions): number {
  const [userRows, itemRows] = [tableRows(model.users), tableRows(model.items)];
  const own = ({ offsets, items }: Interactions, user: number): number[] => [
    ...items.slice(offsets[user], offsets[user + 1]),
  ];
  let sum = 0;
  let judged = 0;
  for (let user = 0; user < users; user++) {
    const seen = own(train, user);
    const wanted = own(heldOut, user).filter((item) => !seen.includes(item));
    if (wanted.length === 0) continue;
    const score = (item: number): number =>
      itemRows[item]!.reduce((total, value, c) => total + value * userRows[user]![c]!, 0);
    const list = itemRows
      .map((_, item) => item)
      .filter((item) => !seen.includes(item))
      .sort((a, b) => score(b) - score(a) || a - b)
      .slice(0, 20);
    sum += wanted.filter((item) => list.includes(item)).length / wanted.length;
    judged++;
  }
  return sum / judged;
}

const weighed: FitOptions = { weighting: "validation", dim: 5, clusters: 2 };

describe("weights from validation rows", () => {
  it("are the square roots of what each modality finds alone, relative to the best", async () => {
    const { options, report } = await fit(data, weighed);
    const recalls: [string, number][] = [];
    for (const name of Object.keys(features)) {
      const width = features[name as "good"].columns;
      const model = await fit(data, { modalities: [name], dim: Math.min(5, width), lambda: 1 });
      recalls.push([name, recallOf(model, validation)]);
    }
    const best = Math.max(...recalls.map(([, recall]) => recall));
    expect(report.weighting?.users).toBe(users);
    expect(report.weighting?.k).toBe(20);
    for (const [name, recall] of recalls) {
      expect(report.weighting?.recall[name]).toBeCloseTo(recall, 10);
      expect(options.weights[name]).toBeCloseTo(Math.sqrt(recall / best), 10);
    }
    expect(report.weighting?.weights).toEqual(options.weights);
    expect(options.weights.good).toBeGreaterThan(options.weights.noise!);
  });

  it("stand in the fit's options, which give the same tables without validation rows", async () => {
    const model = await fit(data, weighed);
    expect(model.options.weighting).toBe("given");
    const again = await fit({ train, features }, model.options);
    expect(again.users.data).toEqual(model.users.data);
    expect(again.report.weighting).toBeNull();
    const bytes = model.toBytes();
    expect(bytes).toEqual(again.toBytes());
  });

  it("follow the validation rows, and never the test rows", async () => {
    const guarded: Dataset = {
      train,
      validation,
      features,
      get test(): Interactions {
        throw new Error("the test rows were read");
      },
    };
    const own = await fit(guarded, weighed);
    const other = await fit({ train, validation: test, features }, weighed);
    expect(other.options.weights).not.toEqual(own.options.weights);
  });

  it("fall for a modality whose rows are permuted", async () => {
    const order = numbers(9).permutation(items);
    const values = new Float32Array(items * 4);
    await features.good.read(0, items, values);
    const permuted = Float32Array.from(values, (_, at) => values[order[Math.floor(at / 4)]! * 4 + (at % 4)]!);
    const good = denseFeatures(permuted, items, 4);
    const control = await fit({ train, validation, features: { ...features, good } }, weighed);
    expect(control.report.weighting!.recall.good).toBeLessThan(
      0.7 * (await fit(data, weighed)).report.weighting!.recall.good!,
    );
    expect(control.options.weights.good).toBeLessThan(control.options.weights.fair!);
  });

  it("are the same within a bound on memory that forces features to stream, and on another backend", async () => {
    const plain = await fit(data, weighed);
    const streamed = await fit(data, { ...weighed, memory: 6000, backend: cpu() });
    expect(streamed.options.weights).toEqual(plain.options.weights);
  });

  it.each<[string, Dataset, FitOptions, "invalid-data" | "invalid-option" | "mismatch", string]>([
    ["no validation rows", { train, features }, {}, "invalid-data", "validation interactions"],
    ["validation rows that are all train rows", { ...data, validation: train }, {}, "invalid-data", "train"],
    ["given weights", data, { weights: { good: 2 } }, "invalid-option", "weights"],
    ["modalities that are averaged", data, { combine: "mean", dim: 4 }, "invalid-option", "mean"],
    [
      "validation rows of other users",
      {
        ...data,
        validation: interactionsFromArrays({ users: [0], items: [1], userCount: 1, itemCount: items }),
      },
      {},
      "mismatch",
      "users",
    ],
  ])("are refused with %s", async (_, input, options, code, message) => {
    await expectRefusal(() => fit(input, { ...weighed, ...options }), code, message);
  });
});
