import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choices, type FitOptions, IdIndex, Initializer, fit as runFit } from "../src/index.ts";
import { randomData, seeded, shapes, toInput, toInteractions } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { expectClose, norm, tableRows } from "./support/tables.ts";

describe("The fitted initializer", () => {
  const options: fc.Arbitrary<FitOptions> = fc.record({
    lambda: fc.constantFrom(0, 0.3, 1),
    normalization: fc.constantFrom(...choices.normalization),
    combine: fc.constantFrom("concat", "mean"),
    project: fc.constantFrom("pca", "random", "columns"),
    scale: fc.constantFrom(...choices.scale),
    dim: fc.constant(2),
    clusters: fc.constant(3),
  });

  it("transforms items to the fit's rows, folds each user in at its row, and survives a trip through bytes", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, options, async (shape, chosen) => {
        const data = randomData(shape);
        const input = toInput(data);
        const { users, items, initializer } = await runFit(input, chosen);
        const weighted = input.train.weights !== undefined;
        const transformed = initializer.transform(input.train);
        const rows = tableRows(users);
        expectClose(tableRows(transformed), rows, 1e-5);
        expectClose(tableRows(initializer.items), tableRows(items), 1e-5);
        data.histories.forEach((history, user) => {
          const { vector, used, unknown } = initializer.foldIn(
            history.map(({ item }) => item),
            { weights: weighted ? history.map(({ weight }) => weight) : undefined },
          );
          expectClose([[...vector]], [rows[user]!], 1e-5);
          expect([used, unknown.length]).toEqual([history.length, 0]);
        });

        const bytes = initializer.toBytes();
        const again = Initializer.fromBytes(bytes);
        expect(again.transform(input.train)).toEqual(transformed);
        expect(again.toBytes()).toEqual(bytes);
      }),
      seeded,
    );
  });
});

describe("A user who is folded in", () => {
  const { itemCount, histories, features } = randomData({
    users: 9,
    items: 12,
    widths: { image: 4, audio: 3 },
    seed: 3,
    missing: 0.3,
  });
  const ids = Array.from({ length: itemCount }, (_, item) => `item ${item}`);
  const fitted = async (): Promise<Initializer> => {
    const input = toInput({ itemCount, histories, features });
    const train = { ...input.train, itemIds: new IdIndex(ids) };
    return (await runFit({ ...input, train }, { clusters: 3, lambda: 0.5, normalization: "sym" }))
      .initializer;
  };

  it("without items has the vector of the mean item", async () => {
    const input = toInput({ itemCount, histories: [...histories, []], features });
    const { initializer, users } = await runFit(input, { clusters: 3, lambda: 0.5, prepare: "none" });
    const { vector, used } = initializer.foldIn([]);
    expect(used).toBe(0);
    expectClose([[...vector]], [tableRows(users).at(-1)!], 1e-6);
    expect(norm([...vector])).toBeGreaterThan(0);
  });

  it("counts a repeated item once, with its largest weight", async () => {
    const initializer = await fitted();
    const once = initializer.foldIn(["item 2", "item 0"], { weights: [3, 1] });
    const repeated = initializer.foldIn(["item 2", "item 0", "item 2", "item 2"], { weights: [2, 1, 3, 1] });
    expect(repeated).toEqual(once);
    expect(repeated.used).toBe(2);
  });

  it("with an unknown item is refused, and the error names foldIn, or the item is skipped and counted", async () => {
    const initializer = await fitted();
    await expectRefusal(() => initializer.foldIn(["item 1", 7]), "invalid-data", 'number "7"', "position 1");
    const { vector, used, unknown } = initializer.foldIn(["item 1", 7, "x"], { unknownItems: "skip" });
    expect([used, unknown]).toEqual([1, [7, "x"]]);
    expect(vector).toEqual(initializer.foldIn(["item 1"]).vector);
  });

  it("with item rows, where the fit had no IDs, is refused beyond the last row", async () => {
    const { initializer } = await runFit(toInput({ itemCount, histories, features }), { clusters: 3 });
    for (const item of [itemCount, -1, 0.5, "0", 1n]) {
      await expectRefusal(() => initializer.foldIn([0, item]), "invalid-data", `${item}`, "position 1");
    }
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("with weight %s is refused", async (weight) => {
    const initializer = await fitted();
    const foldIn = () => initializer.foldIn(["item 1", "item 2"], { weights: [1, weight] });
    await expectRefusal(foldIn, "invalid-data", "a finite weight above 0", `${weight}`, "position 1");
  });

  it("with interactions over another number of items is refused", async () => {
    const initializer = await fitted();
    const other = toInteractions([[{ item: 0, weight: 1 }]], itemCount + 1);
    await expectRefusal(() => initializer.transform(other), "mismatch", `${itemCount}`, `${itemCount + 1}`);
  });

  it("with another lambda has the vector of a fit with that lambda", async () => {
    const input = toInput({ itemCount, histories, features });
    const options: FitOptions = { clusters: 3, scale: "none", normalization: "sym" };
    const one = await runFit(input, { ...options, lambda: 0.9 });
    const other = await runFit(input, { ...options, lambda: 0.2 });
    const moved = one.initializer.withLambda(0.2);
    expectClose(tableRows(moved.transform(input.train)), tableRows(other.users), 1e-6);
    expect(moved.toBytes()).toEqual(other.initializer.toBytes());
    for (const lambda of [-0.1, 1.1, Number.NaN]) {
      await expectRefusal(() => moved.withLambda(lambda), "invalid-option", "lambda", `${lambda}`);
    }
  });
});
