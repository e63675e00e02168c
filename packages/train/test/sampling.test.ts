import { interactionsFromArrays, itemDegrees, userDegrees } from "@wellbegun/core";
import { transposeSparse } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { compactBatch } from "../src/batch.ts";
import { prunedGraph } from "../src/graphs/prune.ts";
import { userItemGraph } from "../src/graphs/user-item.ts";
import { Sampler } from "../src/sampler.ts";
import { rateOf } from "../src/schedule.ts";
import { smallData } from "./support/dataset.ts";

const { train } = smallData();
const pairsOf = (users: ArrayLike<number>, items: ArrayLike<number>): string[] =>
  Array.from({ length: users.length }, (_, at) => `${users[at]}/${items[at]}`).sort();
const users = Array.from({ length: train.items.length }, (_, e) =>
  train.offsets.findLastIndex((offset) => offset <= e),
);

it("An epoch visits every train interaction once, and draws negatives that the user does not have", () => {
  const sampler = new Sampler(train, 32, 1);
  const batches = [...sampler.epoch(0)];
  expect(batches).toHaveLength(sampler.batches);
  expect(batches.map((batch) => batch.users.length)).toEqual([32, 32, 32, 32, 32, 32, 32, 16]);
  const visited = batches.flatMap((batch) => pairsOf(batch.users, batch.positives)).sort();
  expect(visited).toEqual(pairsOf(users, train.items));
  const own = new Set(visited);
  for (const batch of batches) {
    for (const pair of pairsOf(batch.users, batch.negatives)) expect(own.has(pair)).toBe(false);
  }
});

it("A compact batch has the same users and items by their positions among its distinct ones, which ascend", () => {
  const batch = [...new Sampler(train, 32, 1).epoch(0)][0]!;
  const { rows, batch: compact } = compactBatch(batch);
  const { users, items } = rows;
  expect([...items]).toEqual([...new Set([...batch.positives, ...batch.negatives])].sort((a, b) => a - b));
  expect([...users]).toEqual([...new Set(batch.users)].sort((a, b) => a - b));
  expect(compact.users.map((position) => users[position]!)).toEqual(batch.users);
  expect(compact.positives.map((position) => items[position]!)).toEqual(batch.positives);
  expect(compact.negatives.map((position) => items[position]!)).toEqual(batch.negatives);
});

it("Epochs differ, and each is the same whichever came before it", () => {
  const fresh = new Sampler(train, 1000, 1);
  const [second] = [...fresh.epoch(1)];
  const used = new Sampler(train, 1000, 1);
  const [first] = [...used.epoch(0)];
  expect([...used.epoch(1)][0]).toEqual(second);
  expect(first).not.toEqual(second);
});

it("Negatives are uniform over the items of the train set that the user does not have", () => {
  const small = interactionsFromArrays({
    users: [0, 1, 2, 3],
    items: [0, 1, 2, 4],
    userCount: 4,
    itemCount: 6,
  });
  const counts = new Map<number, number>();
  const sampler = new Sampler(small, 4, 7);
  for (let epoch = 0; epoch < 3000; epoch++) {
    for (const batch of sampler.epoch(epoch)) {
      const negative = batch.negatives[batch.users.indexOf(0)]!;
      counts.set(negative, (counts.get(negative) ?? 0) + 1);
    }
  }
  // Items 3 and 5 are not in the train set; item 0 is the user's own.
  expect([...counts.keys()].sort()).toEqual([1, 2, 4]);
  // Four standard deviations of 3000 draws with chance 1/3 are 103.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(104);
});

it("A pruned graph keeps its share of the edges, normalized by their own degrees", () => {
  const { toUsers, toItems } = prunedGraph(train, 0.4, 5, 2);
  const kept = Math.trunc(train.items.length * 0.6);
  expect(toUsers.indices).toHaveLength(kept);
  expect(toItems.indices).toHaveLength(kept);
  const rows = Array.from({ length: kept }, (_, e) => toUsers.offsets.findLastIndex((offset) => offset <= e));
  const all = new Set(pairsOf(users, train.items));
  for (const pair of pairsOf(rows, toUsers.indices)) expect(all.has(pair)).toBe(true);
  for (let user = 0; user < train.userCount; user++) {
    const degree = toUsers.offsets[user + 1]! - toUsers.offsets[user]!;
    expect(toUsers.rowScale![user]).toBeCloseTo(degree === 0 ? 0 : degree ** -0.5, 6);
  }
});

it("An edge is kept the more often the smaller the degrees of its user and item are", () => {
  const [byUser, byItem] = [userDegrees(train), itemDegrees(train)];
  const weights = users.map((user, e) => (byUser[user]! * byItem[train.items[e]!]!) ** -0.5);
  const counts = new Float64Array(weights.length);
  const keys = pairsOf(users, train.items);
  const place = new Map(users.map((user, e) => [`${user}/${train.items[e]}`, e]));
  // One edge is kept in each draw, so that its chance is its share of the weights.
  const rounds = 4000;
  const dropout = 1 - 1.5 / keys.length;
  for (let epoch = 0; epoch < rounds; epoch++) {
    const { toUsers } = prunedGraph(train, dropout, 5, epoch);
    expect(toUsers.indices).toHaveLength(1);
    const user = toUsers.offsets.findLastIndex((offset) => offset <= 0);
    counts[place.get(`${user}/${toUsers.indices[0]}`)!]!++;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Pearson's statistic has the mean 239 and the deviation 22 here.
  let statistic = 0;
  for (const [e, weight] of weights.entries()) {
    const expected = (rounds * weight) / total;
    statistic += (counts[e]! - expected) ** 2 / expected;
  }
  expect(statistic).toBeLessThan(239 + 5 * 22);
});

it("The transpose of a transpose is the matrix, scales included", () => {
  const { toUsers } = userItemGraph(train);
  const back = transposeSparse(transposeSparse(toUsers));
  expect(back).toEqual({ ...toUsers, values: undefined });
});

it("The learning rate decays smoothly after a rise in equal steps", () => {
  const schedule = { learningRate: 0.001, decay: 0.96, decayEpochs: 50, warmUpEpochs: 0 };
  expect(rateOf(schedule, 0)).toBeCloseTo(0.001, 15);
  expect(rateOf(schedule, 1)).toBeCloseTo(0.001 * 0.96 ** 0.02, 15);
  expect(rateOf(schedule, 50)).toBeCloseTo(0.00096, 15);
  const warm = { ...schedule, warmUpEpochs: 10 };
  expect(rateOf(warm, 0)).toBeCloseTo(0.0001, 15);
  expect(rateOf(warm, 9)).toBeCloseTo(0.001, 15);
  expect(rateOf(warm, 10)).toBeCloseTo(0.001 * 0.96 ** 0.2, 15);
});
