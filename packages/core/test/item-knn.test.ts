import { expect, it } from "vitest";
import { contentKnn, coOccurrenceKnn, cpu, interactionsFromArrays } from "../src/index.ts";
import { coOccurrence } from "../src/untrained/co-occurrence.ts";
import { expectRefusal } from "./support/errors.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference } from "./support/tables.ts";
import { watchedBackend } from "./support/watched-backend.ts";

const { below, normal } = numbers(9);
const [users, items, neighbors] = [40, 25, 6];
const train = interactionsFromArrays({
  users: Array.from({ length: 240 }, () => below(users)),
  items: Array.from({ length: 240 }, () => below(items - 1)),
  userCount: users,
  itemCount: items,
});

/** Scores from a whole matrix of similarities: each item of the history votes for its nearest ones. */
function votes(similarity: (i: number, j: number) => number): number[] {
  const scores = new Array<number>(users * items).fill(0);
  for (let u = 0; u < users; u++) {
    for (const i of train.items.slice(train.offsets[u], train.offsets[u + 1])) {
      const nearest = Array.from({ length: items }, (_, j) => ({ j, value: similarity(i, j) }))
        .filter(({ j, value }) => j !== i && value > 0)
        .sort((a, b) => b.value - a.value || a.j - b.j)
        .slice(0, neighbors);
      for (const { j, value } of nearest) scores[u * items + j]! += value;
    }
  }
  return scores;
}

it("Co-occurrence finds no items where none are asked for", () => {
  expect(coOccurrence(train)(train.items[0]!, 0)).toHaveLength(0);
});

it("The item-kNN by co-occurrence adds up the cosines of the nearest columns", async () => {
  const columns = Array.from({ length: items }, () => new Set<number>());
  for (let u = 0; u < users; u++) {
    for (const i of train.items.slice(train.offsets[u], train.offsets[u + 1])) columns[i]!.add(u);
  }
  const cosine = (i: number, j: number): number => {
    const common = [...columns[i]!].filter((user) => columns[j]!.has(user)).length;
    return common === 0 ? 0 : common / Math.sqrt(columns[i]!.size * columns[j]!.size);
  };
  const model = await coOccurrenceKnn(train, { neighbors });
  expect(largestDifference(await model.score(train), votes(cosine))).toBeLessThan(1e-5);
});

it("The item-kNN with a shrinkage adds it to the denominator of every similarity", async () => {
  const degrees = Array.from({ length: items }, (_, i) => train.items.filter((item) => item === i).length);
  const shrunk = (i: number, j: number): number => {
    let common = 0;
    for (let u = 0; u < users; u++) {
      const own = train.items.subarray(train.offsets[u]!, train.offsets[u + 1]!);
      if (own.includes(i) && own.includes(j)) common++;
    }
    return common / (Math.sqrt(degrees[i]! * degrees[j]!) + 5);
  };
  const model = await coOccurrenceKnn(train, { neighbors, shrinkage: 5 });
  expect(largestDifference(await model.score(train), votes(shrunk))).toBeLessThan(1e-5);
  await expect(coOccurrenceKnn(train, { shrinkage: -1 })).rejects.toThrow(/found -1 \(shrinkage\)/);
});

it("The item-kNN by content adds up the cosines of the nearest rows", async () => {
  const rows = Array.from({ length: items }, () => Array.from({ length: 5 }, normal));
  const data = Float32Array.from(rows.flat());
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, c) => sum + x * b[c]!, 0);
  const cosine = (i: number, j: number): number =>
    dot(rows[i]!, rows[j]!) / Math.sqrt(dot(rows[i]!, rows[i]!) * dot(rows[j]!, rows[j]!));
  const model = await contentKnn({ data, rows: items, columns: 5 }, { neighbors, backend: cpu() });
  expect(largestDifference(await model.score(train), votes(cosine))).toBeLessThan(1e-5);
});

it("The item-kNN by content is the same in turns, between which a timer can stop it", async () => {
  const [rows, columns] = [300, 2048];
  const content = {
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i)),
    rows,
    columns,
  };
  const history = interactionsFromArrays({ users: [0, 0], items: [7, 250], userCount: 1, itemCount: rows });
  const watched = watchedBackend();
  const { backend } = watched;
  const once = await (await contentKnn(content, { backend })).score(history);
  const operations = watched.operations();
  const signal = new AbortController().signal;
  expect(await (await contentKnn(content, { backend, signal })).score(history)).toEqual(once);
  expect(watched.operations()).toBeGreaterThan(2 * operations);

  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 0);
  const work = () => contentKnn(content, { backend, signal: controller.signal });
  expect((await expectRefusal(work, "aborted")).cause).toBe("enough");
  expect(watched.live()).toBe(0);
});

it("The item-kNN refuses a number of neighbors below 1", async () => {
  await expect(coOccurrenceKnn(train, { neighbors: 0 })).rejects.toThrow(/found 0 \(neighbors\)/);
});
