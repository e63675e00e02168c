import { describe, expect, it } from "vitest";
import {
  cpu,
  type FoldingModel,
  fillColdItems,
  fit,
  IdIndex,
  interactionsFromArrays,
  itemDegrees,
  joinModels,
  readInitializer,
  spectral,
  TrainedInitializer,
} from "../src/index.ts";
import { writeFrame } from "../src/initializer/frame.ts";
import { TRAINED_MAGIC } from "../src/initializer/trained-initializer.ts";
import { FILLED_MAGIC } from "../src/untrained/filled-initializer.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { numbers } from "./support/numbers.ts";
import { largestDifference } from "./support/tables.ts";

const data = toInput(
  randomData({ users: 30, items: 20, widths: { image: 4, text: 3 }, seed: 6, missing: 0.2 }),
);
const itemIds = new IdIndex(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? `item ${i}` : i)));

async function models(named: boolean): Promise<[name: string, model: FoldingModel][]> {
  const train = named ? { ...data.train, itemIds } : data.train;
  const backend = cpu();
  const collaborative = await spectral(train, { k: 6, exponent: 0.3, backend });
  const content = await fit({ ...data, train }, { dim: 3, clusters: 2, lambda: 0.8, backend });
  const joined = await joinModels(collaborative, content, { weight: 0.7, backend });
  const filled = fillColdItems(collaborative, content.items, train, { factor: 2, coldDegree: 4 });
  expect(filled.filled).toBeGreaterThan(0);
  const graph = new TrainedInitializer(content.items, content.items.data.map(Math.sin), itemDegrees(train));
  return [
    ["fit", content],
    ["spectral", collaborative],
    ["propagation", Object.assign(graph, { users: graph.transform(train) })],
    ["joined", joined],
    ["filled", filled],
    ["joined and filled", await joinModels(filled, content, { weight: 0.7, backend })],
    ["joined with joined", await joinModels(joined, content, { weight: 0.5, backend })],
  ];
}

describe.each([
  { ids: "row numbers", named: false },
  { ids: "raw IDs", named: true },
])("models as bytes, items by $ids", ({ named }) => {
  it("fold in users as the models do, to the bit", async () => {
    const { below } = numbers(3);
    for (const [name, model] of await models(named)) {
      const bytes = model.toBytes!();
      const again = readInitializer(bytes);
      expect(again.toBytes(), name).toEqual(bytes);
      expect(largestDifference(again.items.data, model.items.data), name).toBeLessThan(1e-6);
      const idOf = (row: number) => (named ? itemIds.ids[row]! : row);
      for (let user = 0; user < 50; user++) {
        const list = (length: number) => Array.from({ length }, () => idOf(below(20)));
        const history = list(below(5));
        const options = {
          weights: history.map(() => 0.5 + below(4)),
          ...(user % 2 === 0 ? { negatives: list(2), negativeWeights: [1, 3], negativeFactor: 0.4 } : {}),
        };
        expect(again.foldIn(history, options), name).toEqual(model.foldIn(history, options));
      }
      const users = named ? { ...data.train, itemIds } : data.train;
      expect(again.transform(users), name).toEqual(model.transform(users));
    }
  });
});

describe("bytes of models", () => {
  it("are refused when any one bit of them is another, or at another length", async () => {
    const train = interactionsFromArrays({ users: [0, 1, 1], items: [0, 0, 1], userCount: 2, itemCount: 3 });
    const side = await spectral(train, { k: 1, backend: cpu() });
    const joined = await joinModels(side, side, { weight: 1, backend: cpu() });
    const filled = fillColdItems(side, side.items, train, { coldDegree: 1 });
    expect(filled.filled).toBe(1);
    for (const model of [side, joined, filled]) {
      const bytes = model.toBytes();
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await expectRefusal(() => readInitializer(damaged), "format", "initializer");
      }
      for (let length = 0; length < bytes.length; length += 7) {
        await expectRefusal(() => readInitializer(bytes.subarray(0, length)), "format", "initializer");
      }
      await expectRefusal(() => readInitializer(Uint8Array.of(...bytes, 0)), "format", "damaged");
    }
  });

  it("are refused where a trained model's content is described as no model describes it", async () => {
    const content = {
      kind: "neighbors",
      modalities: [{ name: "image", width: 2, centered: true }],
      graphs: [{ modalities: ["image"], k: 1, weighting: "uniform", weight: 1 }],
      rows: 0,
    };
    const read = (changed: object) => {
      const header = { columns: 3, itemCount: 1, itemIds: null, propagates: false };
      return readInitializer(
        writeFrame(TRAINED_MAGIC, { ...header, content: { ...content, ...changed } }, [
          ...[new Float64Array(1), new Float32Array(3)],
          ...[new Float64Array(2), new Float32Array(2), new Float32Array(3)],
        ]),
      );
    };
    expect(read({}).contentWidths).toEqual({ image: 2 });
    const [image, graph] = [content.modalities[0]!, content.graphs[0]!];
    const refused: [changed: object, message: string][] = [
      [{ kind: "other" }, "linear or neighbors"],
      [{ rows: 4, kind: "linear" }, "at most 3 rows"],
      [{ rows: 2 ** 50, kind: "linear" }, "at most 3 rows"],
      [{ modalities: [image, image] }, "image twice"],
      [{ modalities: [{ ...image, width: 2 ** 40 }] }, "bytes, as the header says"],
      [{ modalities: [{ ...image, width: 0 }] }, "modality 0, width"],
      [{ modalities: [null] }, "modality 0"],
      [{ graphs: [{ ...graph, modalities: ["text"] }] }, "modalities among image"],
      [{ graphs: [{ ...graph, modalities: [{ toString: 1 }] }] }, "modalities among image"],
      [{ graphs: [{ ...graph, k: 0 }] }, "graph 0, k"],
      [{ graphs: [{ ...graph, weight: "1" }] }, "graph 0, weight"],
      [{ graphs: [{ ...graph, further: 1 }] }, "known keys alone"],
    ];
    for (const [changed, message] of refused) await expectRefusal(() => read(changed), "format", message);
  });

  it("are refused where filled rows are not rows of the model", async () => {
    const train = interactionsFromArrays({ users: [0, 1, 1], items: [0, 0, 1], userCount: 2, itemCount: 3 });
    const model = (await spectral(train, { k: 1, backend: cpu() })).toBytes();
    const read = (items: readonly number[], rows: readonly number[], columns = 1) => {
      const header = { filled: items.length, columns, modelBytes: model.length };
      const arrays = [Int32Array.from(items), Float32Array.from(rows), model];
      return readInitializer(writeFrame(FILLED_MAGIC, header, arrays));
    };
    expect([...read([0, 2], [5, 6]).items.data.subarray(0, 3)].map((value) => value > 4)).toEqual([
      true,
      false,
      true,
    ]);
    await expectRefusal(() => read([2, 0], [5, 6]), "format", "filled items, element 1");
    await expectRefusal(() => read([1, 1], [5, 6]), "format", "filled items, element 1");
    await expectRefusal(() => read([-1], [5]), "format", "filled items, element 0");
    await expectRefusal(() => read([3], [5]), "format", "more than 3 x 1", "3 x 1");
    await expectRefusal(() => read([0], [5, 6], 2), "format", "the model");
    await expectRefusal(() => read([0], [Number.NaN]), "format", "filled rows, element 0");
    const inner = writeFrame(FILLED_MAGIC, { filled: 0, columns: 1, modelBytes: model.length }, [model]);
    const outer = writeFrame(FILLED_MAGIC, { filled: 0, columns: 1, modelBytes: inner.length }, [inner]);
    await expectRefusal(() => readInitializer(outer), "format", "wbfill");
  });

  it("name the kinds that are known when they are another file", async () => {
    const other = new TextEncoder().encode("PK, another kind of file");
    await expectRefusal(
      () => readInitializer(other),
      "format",
      "wbinit, wbspec, wbtrai, wbfill, wbjoin",
      "PK, an",
    );
  });

  it("need both sides of joined tables to have bytes", async () => {
    const side = await spectral(data.train, { k: 2, backend: cpu() });
    const { users, items } = side;
    const without: FoldingModel = {
      users,
      items,
      foldIn: (history, options) => side.foldIn(history, options),
      transform: (given, options) => side.transform(given, options),
    };
    const joined = await joinModels(side, without, { weight: 1, backend: cpu() });
    await expectRefusal(() => joined.toBytes(), "unavailable", "toBytes()", "content");
  });
});
