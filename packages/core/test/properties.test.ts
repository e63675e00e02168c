import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FitOptions,
  interactionsFromArrays,
  type Model,
  type Prepare,
  fit as runFit,
} from "../src/index.ts";
import { type PlainData, randomData, type Shape, seeded, shapes, toInput } from "./support/dataset.ts";
import { numbers } from "./support/numbers.ts";
import { asCentroids, startRows } from "./support/start.ts";
import { expectClose, tableRows } from "./support/tables.ts";

describe("Permutations", () => {
  const wide: Shape = { users: 30, items: 60, widths: { image: 6, audio: 4 }, seed: 0, decay: 0.6 };
  const cases = fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    options: fc.constantFrom<FitOptions & { prepare: Prepare }>(
      { prepare: "none", project: "none", scale: "none", lambda: 0.3, normalization: "mean" },
      { prepare: "center+l2", project: "none", lambda: 0.3, normalization: "sym" },
      { prepare: "center", project: "pca", dim: 4, lambda: 0.3, normalization: "sym" },
    ),
  });

  it("of the users permute the user table and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, options }) => {
        const data = randomData({ ...wide, seed });
        const order = numbers(seed).permutation(data.histories.length);
        const permuted = { ...data, histories: order.map((user) => data.histories[user]!) };
        const [before, after] = await both(data, permuted, options);
        const users = tableRows(before.users);
        expectClose(
          tableRows(after.users),
          order.map((user) => users[user]!),
          1e-5,
        );
        expectClose(tableRows(after.items), tableRows(before.items), 1e-5);
      }),
      seeded,
    );
  });

  it("of the items permute the item table and keep the users", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, options }) => {
        const data = randomData({ ...wide, seed, missing: 0.2 });
        const order = numbers(seed).permutation(data.itemCount);
        const place = new Map(order.map((item, row) => [item, row]));
        const permuted: PlainData = {
          itemCount: data.itemCount,
          histories: data.histories.map((history) =>
            history.map(({ item, weight }) => ({ item: place.get(item)!, weight })),
          ),
          features: Object.fromEntries(
            Object.entries(data.features).map(([name, rows]) => [name, order.map((item) => rows[item]!)]),
          ),
        };
        const [before, after] = await both(data, permuted, options);
        expectClose(tableRows(after.users), tableRows(before.users), 2e-4);
        const items = tableRows(before.items);
        expectClose(
          tableRows(after.items),
          order.map((item) => items[item]!),
          2e-4,
        );
        for (const [name, { labels }] of Object.entries(before.clusters)) {
          expect([...after.clusters[name]!.labels]).toEqual(order.map((item) => labels[item]!));
        }
      }),
      seeded,
    );
  });

  /** Both fits from the same centroids, so that nothing depends on the order in which k-means draws rows. */
  async function both(
    data: PlainData,
    permuted: PlainData,
    options: FitOptions & { prepare: Prepare },
  ): Promise<[Model, Model]> {
    const centroids = asCentroids(startRows(data, options.prepare));
    return [
      await runFit(toInput(data), { ...options, centroids }),
      await runFit(toInput(permuted), { ...options, centroids }),
    ];
  }
});

describe("Interactions", () => {
  it("give bit-equal tables when they are shuffled and repeated", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 0, max: 1e6 }), async (shape, seed) => {
        const data = randomData(shape);
        const input = toInput(data);
        const touches = data.histories.flatMap((history, user) =>
          history.map((touch) => ({ user, ...touch })),
        );
        const twice = [...touches, ...touches];
        const shuffled = numbers(seed)
          .permutation(twice.length)
          .map((index) => twice[index]!);
        const again = interactionsFromArrays({
          users: shuffled.map(({ user }) => user),
          items: shuffled.map(({ item }) => item),
          weights: input.train.weights && shuffled.map(({ weight }) => weight),
          userCount: data.histories.length,
          itemCount: data.itemCount,
        });
        const options: FitOptions = { clusters: 3, lambda: 0.4, normalization: "sym", dim: 2 };
        const one = await runFit(input, options);
        const other = await runFit({ ...input, train: again }, options);
        expect(other.users.data).toEqual(one.users.data);
        expect(other.items.data).toEqual(one.items.data);
        expect(other.perModality).toEqual(one.perModality);
        expect(other.report).toEqual(one.report);
      }),
      seeded,
    );
  });

  it("of other users do not influence a user's vector under mean", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const data = randomData(shape);
        const others = randomData({ ...shape, users: shape.users + 3, seed: shape.seed + 1 });
        const options: FitOptions = {
          clusters: 3,
          lambda: 0.4,
          normalization: "mean",
          scale: "none",
          dim: 2,
        };
        const one = await runFit(toInput(data), options);
        const histories = [data.histories[0]!, ...others.histories.slice(1)];
        const other = await runFit(toInput({ ...data, histories }), options);
        expect(tableRows(other.users)[0]).toEqual(tableRows(one.users)[0]);
      }),
      seeded,
    );
  });
});

describe("Features", () => {
  it("times a constant are prepared alike under center+l2", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.double({ min: -6, max: 6, noNaN: true }), async (shape, exponent) => {
        const data = randomData(shape);
        const times: PlainData = {
          ...data,
          features: Object.fromEntries(
            Object.entries(data.features).map(([name, rows]) => [
              name,
              rows.map((row) => row?.map((v) => v * 10 ** exponent) ?? null),
            ]),
          ),
        };
        const options: FitOptions = { prepare: "center+l2", project: "none", scale: "none", clusters: 3 };
        const [one, other] = [await runFit(toInput(data), options), await runFit(toInput(times), options)];
        expectClose(tableRows(other.items), tableRows(one.items), 1e-5);
        expectClose(tableRows(other.users), tableRows(one.users), 1e-5);
      }),
      seeded,
    );
  });
});
