/** A fit within a bound on memory, whose features are streamed, beside one without. */
import { expect, it } from "vitest";
import {
  type Backend,
  cpu,
  denseFeatures,
  type FeatureSource,
  type FitOptions,
  fitInto,
  interactionsFromArrays,
  wasm,
} from "../src/index.ts";
import { memorySink } from "../src/output/sink.ts";
import { createRandom } from "../src/random.ts";

const [userCount, itemCount, width] = [500, 1000, 64];
const random = createRandom(3, "memory");
const users: number[] = [];
const items: number[] = [];
for (let user = 0; user < userCount; user++) {
  // A ninth item for some; lower numbers occur more often.
  const own = new Set(
    Array.from({ length: 8 + (user % 2) }, () => Math.floor(itemCount * random.uniform() ** 2)),
  );
  for (const item of own) {
    users.push(user);
    items.push(item);
  }
}
const train = interactionsFromArrays({ users, items, userCount, itemCount });
const data = Float32Array.from({ length: itemCount * width }, () => random.uniform() - 0.3);
/** Times that rows were read. */
let reads = 0;
const dense = denseFeatures(data, itemCount, width);
const image: FeatureSource = {
  ...dense,
  read: (firstRow, rows, into) => {
    reads++;
    return dense.read(firstRow, rows, into);
  },
};

async function tables(backend: Backend, options: FitOptions, memory: number | undefined) {
  const sink = memorySink(train);
  const own = { clusters: 4, perModality: false, initializer: false } as const;
  const { clusters } = await fitInto(
    { train, features: { image } },
    { ...own, ...options, backend, memory },
    sink,
  );
  return { users: sink.tables().users.data, items: sink.tables().items.data, labels: clusters.image!.labels };
}

/** Bytes, where the features have 256,000. */
const bounds = [300_000, 150_000];

it.each<[string, () => Promise<Backend> | Backend, FitOptions]>([
  ["cpu, principal axes", cpu, { dim: 16, lambda: 0.5 }],
  ["wasm, principal axes", wasm, { dim: 16, lambda: 0.5 }],
  ["wasm, random axes, scaled to the items", wasm, { dim: 16, project: "random", scale: "items", lambda: 1 }],
])("gives the same bits where items are projected (%s)", async (_, open, options) => {
  const backend = await open();
  reads = 0;
  const expected = await tables(backend, options, undefined);
  expect(reads).toBe(1);
  for (const memory of bounds) expect(await tables(backend, options, memory)).toEqual(expected);
  expect(reads).toBeGreaterThan(20);
  await backend.dispose();
});

it("gives the same items, and users to 2e-7 of the largest value, where nothing is projected", async () => {
  const backend = await wasm();
  const options: FitOptions = { project: "none", lambda: 1 };
  const expected = await tables(backend, options, undefined);
  const largest = expected.users.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const memory of bounds) {
    const found = await tables(backend, options, memory);
    expect(found.items).toEqual(expected.items);
    const difference = found.users.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - expected.users[i]!)),
      0,
    );
    expect(difference).toBeLessThan(2e-7 * largest);
  }
  await backend.dispose();
});
