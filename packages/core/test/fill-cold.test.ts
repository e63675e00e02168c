import { expect, it } from "vitest";
import {
  cpu,
  createTable,
  fillColdItems,
  IdIndex,
  type Interactions,
  interactionsFromArrays,
  itemDegrees,
  spectral,
  type Table,
} from "../src/index.ts";
import { numbers } from "./support/numbers.ts";

const [users, items, k, d] = [50, 40, 5, 3];
const { below, normal } = numbers(5);
const pairs = Array.from({ length: 600 }, () => [below(users), below(items - 8)] as const);
// The last eight items have 0, 0, 1, 1, 1, 2, 2 and 3 interactions.
const few = [0, 0, 1, 1, 1, 2, 2, 3].flatMap((count, n) =>
  Array.from({ length: count }, (_, u) => [u, items - 8 + n] as const),
);
const train: Interactions = interactionsFromArrays({
  users: [...pairs, ...few].map(([user]) => user),
  items: [...pairs, ...few].map(([, item]) => item),
  userCount: users,
  itemCount: items,
});
const degrees = itemDegrees(train);
const isCold = (item: number): boolean => degrees[item]! <= 2;
const norm = (row: ArrayLike<number>): number => Math.hypot(...Array.from(row));
const backend = cpu();

/** Content of which the collaborative rows of warm items are a linear image, up to what float32 rounds. */
async function planted(): Promise<{
  content: Table;
  image: number[][];
  model: Awaited<ReturnType<typeof spectral>>;
}> {
  const model = await spectral(train, { k, backend });
  const image = Array.from({ length: d }, () => Array.from({ length: k }, normal));
  const data = Float32Array.from({ length: items * d }, normal);
  const content = createTable(data, items, d);
  for (let item = 0; item < items; item++) {
    if (isCold(item)) continue;
    for (let c = 0; c < k; c++) {
      model.items.data[item * k + c] = image.reduce(
        (sum, row, a) => sum + content.row(item)[a]! * row[c]!,
        0,
      );
    }
  }
  return { content, image, model };
}

it("Cold items get the rows that a linear relation to the content predicts, in one norm", async () => {
  const { content, image, model } = await planted();
  const filled = fillColdItems(model, content, train, { factor: 2 });
  const cold = Array.from(degrees.keys()).filter(isCold);
  expect(cold).toEqual([32, 33, 34, 35, 36, 37, 38]);
  const norms = cold.map((item) => norm(filled.items.row(item)));
  for (const [n, item] of cold.entries()) {
    const row = filled.items.row(item);
    const predicted = image[0]!.map((_, c) =>
      image.reduce((sum, own, a) => sum + content.row(item)[a]! * own[c]!, 0),
    );
    const cosine =
      predicted.reduce((sum, value, c) => sum + value * row[c]!, 0) / norm(row) / norm(predicted);
    expect(cosine).toBeGreaterThan(0.999);
    expect(norms[n]).toBeCloseTo(norms[0]!, 4);
  }
  // Twice the norm of an item that is barely warm; here some median of them.
  const warm = Array.from(degrees.keys()).filter((item) => !isCold(item) && degrees[item]! <= 12);
  const between = warm.map((item) => 2 * norm(model.items.row(item)));
  expect(norms[0]).toBeGreaterThanOrEqual(Math.min(...between));
  expect(norms[0]).toBeLessThanOrEqual(Math.max(...between));
});

it("Filling changes no warm item, no user and no vector of a folded-in user", async () => {
  const { content, model } = await planted();
  const filled = fillColdItems(model, content, train);
  for (let item = 0; item < items; item++) {
    if (!isCold(item)) expect(filled.items.row(item)).toEqual(model.items.row(item));
  }
  expect(filled.users).toBe(model.users);
  for (const history of [[34, 3], [37], [1, 2, 3]]) {
    expect(filled.foldIn(history).vector).toEqual(model.foldIn(history).vector);
  }
  expect(filled.transform(train).data).toEqual(model.transform(train).data);
});

it("An item without content keeps its row, and content of constant columns can be used", async () => {
  const { content, model } = await planted();
  content.data.fill(0, 34 * d, 35 * d);
  for (let item = 0; item < items; item++) content.data[item * d + 2] = 0;
  const filled = fillColdItems(model, content, train);
  expect(filled.items.row(34)).toEqual(model.items.row(34));
  expect(filled.items.data.every(Number.isFinite)).toBe(true);
});

it("Filling another factor of the same predictions equals filling from the beginning, also where items have IDs", async () => {
  const { content, model } = await planted();
  const itemIds = new IdIndex(Array.from({ length: items }, (_, item) => items - 1 - item));
  const { exponent } = model.options;
  const named = await spectral({ ...train, itemIds }, { k, exponent, backend });
  named.items.data.set(model.items.data);
  const [one, two] = [
    fillColdItems(model, content, train),
    fillColdItems(model, content, train, { factor: 2 }),
  ];
  expect(one.filled).toBe(7);
  expect(one.with({ factor: 2 }).items.data).toEqual(two.items.data);
  expect(fillColdItems(named, content, { ...train, itemIds }).items.data).toEqual(one.items.data);
});

it("Filling refuses other numbers of items, and options out of range", async () => {
  const { content, model } = await planted();
  const narrow = createTable(new Float32Array(3 * d), 3, d);
  expect(() => fillColdItems(model, narrow, train)).toThrow(/40 items.*found 3 \(content\)/);
  expect(() => fillColdItems(model, content, train, { factor: 0 })).toThrow(/found 0 \(factor\)/);
  expect(() => fillColdItems(model, content, train, { factor: 1e300 })).toThrow(/float32 can hold/);
  expect(() => fillColdItems(model, content, train, { coldDegree: 0.5 })).toThrow(/coldDegree/);
});
