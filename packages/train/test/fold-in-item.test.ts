import {
  createTable,
  type Dataset,
  denseFeatures,
  interactionsFromArrays,
  isWellbegunError,
  itemDegrees,
  readInitializer,
} from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import {
  alignrec,
  bpr,
  freedom,
  lightgcn,
  type ModelDefinition,
  type TrainOptions,
  train,
  vbpr,
} from "../src/index.ts";
import { smallData } from "./support/dataset.ts";
import { largestDifference } from "./support/tables.ts";

const data = smallData();
const { itemCount, userCount } = data.train;
const short = { dimensions: 8, batchSize: 32, learningRate: 0.01, k: 5 } as const;

/** The raw feature rows of an item of a dataset. */
async function contentOf({ features }: Dataset, item: number): Promise<Record<string, Float32Array>> {
  const rows: Record<string, Float32Array> = {};
  for (const [name, source] of Object.entries(features)) {
    if (source.missing?.[item] === 1) continue;
    rows[name] = new Float32Array(source.columns);
    await source.read(item, 1, rows[name]!);
  }
  return rows;
}

async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (isWellbegunError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

/** The data without the interactions of two items, one of which lacks a modality. */
function withUntouched(): Dataset & { readonly untouched: readonly number[] } {
  const untouched = [4, 17];
  const { train: all, features } = data;
  const [users, items]: [number[], number[]] = [[], []];
  for (let user = 0; user < userCount; user++) {
    for (let e = all.offsets[user]!; e < all.offsets[user + 1]!; e++) {
      if (untouched.includes(all.items[e]!)) continue;
      users.push(user);
      items.push(all.items[e]!);
    }
  }
  const values = new Float32Array(itemCount * 5);
  void features.image!.read(0, itemCount, values);
  const missing = new Uint8Array(itemCount);
  missing[17] = missing[2] = 1;
  const image = denseFeatures(values, itemCount, 5, { missing });
  const train = interactionsFromArrays({ users, items, userCount, itemCount });
  return { train, features: { image, text: features.text! }, untouched };
}

describe("An item that is folded in by its content", () => {
  it.each([
    ["alignrec", alignrec({ neighbors: 4 })],
    [
      "alignrec of two item layers",
      alignrec({ neighbors: 4, itemLayers: 2, sideDivisor: 2, prepare: "none" }),
    ],
    ["freedom", freedom({ neighbors: 4, weights: { image: 0.3, text: 0.7 } })],
    ["freedom of two item layers", freedom({ neighbors: 4, itemLayers: 2 })],
  ])(
    "%s: has the row of a trained item that nobody touched, where that has no embedding",
    async (_, model) => {
      const { untouched, ...dataset } = withUntouched();
      // Before the first epoch the rows are known: here from a table in which the untouched items hold zeros.
      const start = Float32Array.from({ length: itemCount * 8 }, (_, at) => {
        return untouched.includes(Math.floor(at / 8)) ? 0 : Math.sin(at * 12.9898);
      });
      const items = createTable(start, itemCount, 8);
      const trained = await train(dataset, { ...short, model, epochs: 0, start: { items, scale: "none" } });
      // FREEDOM gives an item without a modality neighbors by their number there; a new item gets none.
      for (const item of model.name === "freedom" ? [4] : untouched) {
        const { vector, used } = trained.foldInItem(await contentOf(dataset, item));
        expect(used).toEqual(item === 17 ? ["text"] : ["image", "text"]);
        const row = trained.items.data.subarray(item * 8, (item + 1) * 8);
        expect(Math.hypot(...row)).toBeGreaterThan(0.01);
        expect(largestDifference(vector, row)).toBeLessThan(1e-5);
      }
    },
  );

  it("alignrec: has the content side of a trained item's row, which users are folded in from", async () => {
    const model = alignrec({ neighbors: 4, layers: 0, contrast: 0.1 });
    const trained = await train(data, { ...short, model, epochs: 4 });
    const degrees = itemDegrees(data.train);
    for (let item = 0; item < itemCount; item++) {
      if (degrees[item] === 0) continue;
      // Without collaborative layers a user of one item has that item's content side, divided by sqrt(1 d_i).
      const user = trained.foldIn([item]).vector.map((value) => value * Math.sqrt(degrees[item]!));
      expect(largestDifference(trained.foldInItem(await contentOf(data, item)).vector, user)).toBeLessThan(
        1e-5,
      );
    }
  });

  it("vbpr: has the second half of a trained item's row, and zeros before it", async () => {
    const trained = await train(data, { ...short, model: vbpr(), epochs: 4 });
    for (let item = 0; item < itemCount; item++) {
      const { vector } = trained.foldInItem(await contentOf(data, item));
      const row = trained.items.data.subarray(item * 16, (item + 1) * 16);
      expect([...vector.subarray(0, 8)]).toEqual(new Array(8).fill(0));
      expect(largestDifference(vector.subarray(8), row.subarray(8))).toBeLessThan(1e-5);
    }
    expect(await refusalOf(() => trained.foldIn([1]))).toMatch(/^unavailable: .*propagates/);
    expect(await refusalOf(() => trained.initializer!.foldIn([1]))).toMatch(/^unavailable: .*propagates/);
  });

  const models: [name: string, model: ModelDefinition][] = [
    ["alignrec", alignrec({ neighbors: 4 })],
    ["freedom", freedom({ neighbors: 4 })],
    ["vbpr", vbpr()],
  ];

  it.each(models)("%s: is the same from the bytes, and after an interruption", async (_, model) => {
    const options: TrainOptions = { ...short, model, epochs: 3 };
    const saved: Uint8Array[] = [];
    const whole = await train(data, {
      ...options,
      checkpoint: { write: (bytes) => void saved.push(bytes.slice()) },
    });
    // The last checkpoint, so that the best epoch may come from its bytes.
    const resumed = await train(data, { ...options, resume: saved.at(-1)! });
    const bytes = whole.initializer!.toBytes();
    expect(resumed.initializer!.toBytes()).toEqual(bytes);
    const again = readInitializer(bytes);
    expect(again.contentWidths).toEqual({ image: 5, text: 4 });
    expect(again.toBytes()).toEqual(bytes);
    const content = await contentOf(data, 7);
    expect(again.foldInItem(content)).toEqual(whole.foldInItem(content));
    const text = again.foldInItem({ text: content.text! });
    expect([text.used, text.missing]).toEqual([["text"], ["image"]]);
    expect([...again.foldInItem({}).vector].every((value) => value === 0)).toBe(true);
  });

  it("is refused by models without content, and with content that does not fit", async () => {
    for (const model of [lightgcn(), bpr(), alignrec({ neighbors: 4, itemLayers: 0 })]) {
      const trained = await train(data, { ...short, model, epochs: 0 });
      expect(trained.contentWidths).toEqual({});
      expect(await refusalOf(() => trained.foldInItem({ image: [1] }))).toMatch(/^unavailable: .*content/);
    }
    const trained = await train(data, { ...short, model: vbpr(), epochs: 0 });
    for (const [content, message] of [
      [{ sound: [1] }, /^mismatch: .*image, text/],
      [{ image: [1, 2] }, /^mismatch: .*5 values/],
      [{ text: [1, 2, Number.NaN, 4] }, /^invalid-data: .*text, column 2/],
    ] as const) {
      expect(await refusalOf(() => trained.foldInItem(content))).toMatch(message);
    }
  });
});
