import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  choices,
  cpu,
  denseFeatures,
  type FitInput,
  type FitOptions,
  fillColdItems,
  foldInItems,
  IdIndex,
  type ItemContent,
  itemDegrees,
  joinModels,
  readInitializer,
  fit as runFit,
  spectral,
  type Table,
  TrainedInitializer,
  wasm,
} from "../src/index.ts";
import { type PlainData, randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { expectClose, norm, tableRows } from "./support/tables.ts";

const options: fc.Arbitrary<FitOptions> = fc.record({
  lambda: fc.constantFrom(0, 0.3, 1),
  prepare: fc.constantFrom(...choices.prepare),
  combine: fc.constantFrom(...choices.combine),
  project: fc.constantFrom(...choices.project),
  scale: fc.constantFrom(...choices.scale),
  zeroRows: fc.constantFrom(...choices.zeroRows),
  damping: fc.constantFrom(0, 0.5),
  dim: fc.constant(2),
  clusters: fc.constant(3),
});

/** The content of an item of a dataset. */
function contentOf({ features }: PlainData, item: number): ItemContent {
  return Object.fromEntries(Object.entries(features).map(([name, rows]) => [name, rows[item]]));
}

/** Without combinations that a fit refuses. */
function allowed(given: FitOptions): FitOptions {
  const { combine } = given;
  const project = combine === "cca" ? "pca" : given.project;
  return {
    ...given,
    project,
    weights: combine === "weighted" ? { image: 1, audio: 0.4 } : undefined,
    dim: project === "none" ? undefined : given.dim,
    damping: project === "pca" ? given.damping : 0,
  };
}

async function fitted(input: FitInput, given: FitOptions) {
  return runFit(input, { ...allowed(given), backend: cpu() });
}

/** The largest norm of a row: what entries are compared in units of. */
function largestNorm(table: Table): number {
  return Math.max(1e-30, ...tableRows(table).map(norm));
}

describe("An item that is folded in by its content", () => {
  it("has the row of the item table, whatever the options, and the same bits after a trip through bytes", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, options, async (shape, given) => {
        const width = shape.widths.image!;
        // Without a projection, modalities are added only where their widths agree.
        const widths = { image: width, audio: given.project === "none" ? width : shape.widths.audio! };
        const data = randomData({ ...shape, widths });
        const { items, initializer } = await fitted(toInput(data), given);
        const again = readInitializer(initializer.toBytes());
        const tolerance = 2e-5 * largestNorm(items);
        for (const [item, expected] of tableRows(items).entries()) {
          const content = contentOf(data, item);
          const folded = initializer.foldInItem(content);
          expectClose([[...folded.vector]], [expected], tolerance);
          expect(folded.missing).toEqual(Object.keys(content).filter((name) => content[name] === null));
          expect(again.foldInItem(content)).toEqual(folded);
        }
      }),
      { ...seeded, numRuns: 80 },
    );
  });

  it("has the row of an item without interactions where rows are smoothed over interactions", async () => {
    const data = randomData({ users: 12, items: 20, widths: { image: 5, audio: 4 }, seed: 4 });
    const histories = data.histories.map((history) => history.filter(({ item }) => item < 15));
    const input = toInput({ ...data, histories });
    const { items, initializer } = await fitted(input, {
      smooth: 1,
      dim: 3,
      clusters: 2,
      prepare: "center+l2",
    });
    const rows = tableRows(items);
    for (let item = 15; item < 20; item++) {
      const { vector } = initializer.foldInItem(contentOf(data, item));
      expectClose([[...vector]], [rows[item]!], 1e-5 * largestNorm(items));
    }
    const touched = itemDegrees(input.train).findIndex((degree) => degree > 1);
    const own = initializer.foldInItem(contentOf(data, touched)).vector;
    expect(own).not.toEqual(Float32Array.from(rows[touched]!));
  });

  it("is placed alike by the fits of both backends of core", async () => {
    const data = randomData({ users: 9, items: 30, widths: { image: 6, audio: 5 }, seed: 8, decay: 0.6 });
    const settings = { dim: 3, clusters: 2, prepare: "whiten", whitenRidge: 0.1 } as const;
    const [one, other] = await Promise.all(
      [cpu(), await wasm()].map((backend) => runFit(toInput(data), { ...settings, backend })),
    );
    const content = { image: [1, 2, 0, -1, 0.5, 3], audio: [0, 1, 0, 2, -1] };
    const [a, b] = [one!.foldInItem(content).vector, other!.foldInItem(content).vector];
    expectClose([[...a]], [[...b]], 1e-5 * norm([...a]));
    expect(norm([...a])).toBeGreaterThan(0);
  });

  it("joins a zero row of interactions with its content, as the joined table has it", async () => {
    const data = randomData({ users: 12, items: 20, widths: { image: 5, audio: 4 }, seed: 4, missing: 0.3 });
    const histories = data.histories.map((history) => history.filter(({ item }) => item < 14));
    const input = toInput({ ...data, histories });
    const collaborative = await spectral(input.train, { k: 3, backend: cpu() });
    const content = await fitted(input, { dim: 3, clusters: 2 });
    const joined = await joinModels(collaborative, content, { weight: 0.7, backend: cpu() });
    const again = readInitializer(joined.toBytes());
    expect(again.contentWidths).toEqual({ image: 5, audio: 4 });
    for (let item = 14; item < 20; item++) {
      const folded = joined.foldInItem(contentOf(data, item));
      expectClose([[...folded.vector]], [tableRows(joined.items)[item]!], 1e-5);
      expect(again.foldInItem(contentOf(data, item))).toEqual(folded);
    }
    const none = collaborative.foldInItem({});
    expect([...none.vector]).toEqual(tableRows(collaborative.items)[19]);
    await expectRefusal(() => collaborative.foldInItem({ image: [1] }), "mismatch", "no content");
    const { users } = joined;
    const withoutContent = { ...content, users: content.users, foldInItem: undefined, toBytes: undefined };
    const half = await joinModels(collaborative, { ...withoutContent, items: content.items } as never, {
      weight: 1,
    });
    expect(half.users.rows).toBe(users.rows);
    await expectRefusal(() => half.foldInItem({}), "unavailable", "a model that places new items");
    expect(half.contentWidths).toEqual({});
    const graph = new TrainedInitializer(content.items, content.items.data, itemDegrees(input.train));
    await expectRefusal(() => graph.foldInItem({}), "unavailable", "trained");
  });

  it("is refused where cold rows of a side were filled, also after the bytes were read", async () => {
    const data = randomData({ users: 12, items: 20, widths: { image: 5 }, seed: 4 });
    const histories = data.histories.map((history) => history.filter(({ item }) => item < 17));
    const input = toInput({ ...data, histories });
    const content = await fitted(input, { dim: 3, clusters: 2 });
    const collaborative = await spectral(input.train, { k: 3, backend: cpu() });
    const filled = fillColdItems(collaborative, content.items, input.train, { coldDegree: 0 });
    expect(filled.filled).toBeGreaterThan(0);
    const joined = await joinModels(filled, content, { weight: 1, backend: cpu() });
    const again = await joinModels(joined, content, { weight: 1, backend: cpu() });
    for (const model of [joined, again, readInitializer(joined.toBytes())]) {
      expect(model.contentWidths).toEqual({});
      const refused = () => model.foldInItem(contentOf(data, 19));
      await expectRefusal(refused, "unavailable", "cold rows were filled (collaborative)");
    }
  });

  it("is refused with another modality, another width or a value that is not finite", async () => {
    const data = randomData({ users: 5, items: 12, widths: { image: 3, text: 2 }, seed: 2 });
    const { initializer } = await fitted(toInput(data), { dim: 2, clusters: 2 });
    for (const [content, code, message] of [
      [{ txet: [1, 2] }, "mismatch", 'content among image, text, found "txet". Did you mean text?'],
      [{ text: [1, 2, 3] }, "mismatch", "2 values, the width of the features"],
      [{ text: [1, Number.NaN] }, "invalid-data", "found NaN (modality text, column 1)"],
      [{ text: [1, 1e39] }, "invalid-data", "found 1e+39 (modality text, column 1)"],
      [{ text: [1, "2"] }, "invalid-data", "modality text, column 1"],
      [{ text: 7 }, "invalid-data", "a row of 2 numbers"],
      [null, "invalid-data", "a feature row by modality"],
    ] as const) {
      await expectRefusal(() => initializer.foldInItem(content as never), code, message);
    }
  });
});

describe("Items that are folded in together", () => {
  const data = randomData({ users: 9, items: 14, widths: { image: 4, text: 3 }, seed: 5, missing: 0.5 });

  it("have the rows of foldInItem, under the IDs of their features, and count what is missing", async () => {
    const input = toInput(data);
    const { initializer } = await fitted(input, { dim: 3, clusters: 2 });
    const ids = new IdIndex(Array.from({ length: 14 }, (_, i) => `new ${i}`));
    const { image, text } = input.features;
    const { items, missing, empty } = await foldInItems(initializer, {
      image: { ...image!, ids },
      text: text!,
    });
    expect(items.ids).toBe(ids);
    for (let row = 0; row < 14; row++) {
      expect(items.row(`new ${row}`)).toEqual(initializer.foldInItem(contentOf(data, row)).vector);
    }
    const lacking = (name: string) => data.features[name]!.flatMap((row, i) => (row === null ? [i] : []));
    expect(missing).toEqual({ image: lacking("image").length, text: lacking("text").length });
    expect(empty).toEqual(lacking("image").filter((row) => lacking("text").includes(row)));
    expect((await foldInItems(initializer, { text: text! })).missing.image).toBe(14);
  });

  it("are refused where modalities differ, and a refused row is named by its ID", async () => {
    const { initializer } = await fitted(toInput(data), { dim: 3, clusters: 2 });
    const image = (values: number[], rows: number) =>
      denseFeatures(values, rows, 4, { ids: new IdIndex(Array.from({ length: rows }, (_, i) => `n${i}`)) });
    const text = denseFeatures([1, 2, 3], 1, 3, { ids: new IdIndex(["m0"]) });
    await expectRefusal(() => foldInItems(initializer, {}), "invalid-data", "at least one modality");
    await expectRefusal(
      () => foldInItems(initializer, { text, image: image([1, 1, 1, 1, 1, 1, 1, 1], 2) }),
      "mismatch",
      "1 rows, as text has, found 2",
    );
    await expectRefusal(
      () => foldInItems(initializer, { text, image: image([1, 1, 1, 1], 1) }),
      "mismatch",
      "m0",
    );
    await expectRefusal(
      () => foldInItems(initializer, { image: image([1, 1, 1, 1, 1, 1, Number.NaN, 1], 2) }),
      "invalid-data",
      '(item "n1")',
    );
  });
});
