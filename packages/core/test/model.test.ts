import { describe, expect, it } from "vitest";
import {
  createTable,
  denseFeatures,
  type FitOptions,
  fit,
  IdIndex,
  Initializer,
  interactionsFromPairs,
  type Model,
  probeWasm,
  recordOptions,
  wasm,
} from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";

const userIds = Array.from({ length: 9 }, (_, user) => `user ${user}`);
const itemIds = Array.from({ length: 20 }, (_, item) => `item ${item}`);
const plain = toInput(
  randomData({ users: 9, items: 20, widths: { image: 4, audio: 4 }, seed: 3, missing: 0.2 }),
);
const train = { ...plain.train, userIds: new IdIndex(userIds), itemIds: new IdIndex(itemIds) };
const data = { ...plain, train };
const quick: FitOptions = { clusters: 3, lambda: 0.5, dim: 3, restarts: 2 };

function expectSameTables(found: Model, expected: Model): void {
  expect(found.users.data).toEqual(expected.users.data);
  expect(found.items.data).toEqual(expected.items.data);
  expect(found.perModality).toEqual(expected.perModality);
  expect(found.report).toEqual(expected.report);
}

describe("The options of a model", () => {
  const settings: [name: string, options: FitOptions][] = [
    ["by default", {}],
    ["with values by modality", { ...quick, clusters: { image: 2 }, normalization: { audio: "mean" } }],
    [
      "with modalities in another order",
      { ...quick, modalities: ["audio", "image"], weights: { image: 0.3 } },
    ],
    ["averaged", { ...quick, combine: "mean" }],
    [
      "weighted, without projection",
      { combine: "weighted", weights: { image: 2, audio: 1 }, project: "none" },
    ],
    [
      "of the paper, with seeds from some items",
      { preset: "paper", clusters: 3, dim: 2, initSize: 9, sampleSize: 20, seed: 5 },
    ],
  ];

  it.each(settings)(
    "that are %s reproduce the run to the bit, also after a trip through JSON",
    async (_, options) => {
      const model = await fit(data, options);
      const again = await fit(data, model.options);
      expectSameTables(again, model);
      expect(again.options).toEqual(model.options);
      expect(again.toBytes()).toEqual(model.toBytes());
      const json = JSON.stringify(recordOptions(model.options));
      expectSameTables(await fit(data, JSON.parse(json) as FitOptions), model);
    },
  );

  it("hold given centroids in memory and in bytes, and a record that only names them is refused", async () => {
    const start = Float32Array.from({ length: 8 }, (_, i) => ((i * 5) % 7) - 3);
    const centroids = { image: { data: start, clusters: 2 } };
    const model = await fit(data, { ...quick, centroids });
    expectSameTables(await fit(data, model.options), model);
    const loaded = Initializer.fromBytes(model.toBytes());
    expect(loaded.options).toEqual(model.options);
    expectSameTables(await fit(data, loaded.options), model);
    const recorded = JSON.parse(JSON.stringify(recordOptions(model.options))) as FitOptions;
    await expectRefusal(() => fit(data, recorded), "invalid-option", "centroids of image", "none");
    expectSameTables(await fit(data, { ...recorded, centroids }), model);
  });
});

describe("The tables of a model", () => {
  it("find rows by ID, as views", async () => {
    const model = await fit(data, quick);
    expect(model.users.ids).toBe(train.userIds);
    expect(model.items.ids).toBe(train.itemIds);
    expect(model.perModality.image!.ids).toBe(train.userIds);
    for (const [row, id] of userIds.entries()) {
      expect(model.users.row(id)).toEqual(model.users.data.subarray(3 * row, 3 * row + 3));
    }
    expect(model.items.row("item 7").buffer).toBe(model.items.data.buffer);
    await expectRefusal(() => model.users.row("user 9"), "invalid-data", '"user 9"', "9 IDs");
    await expectRefusal(() => model.users.row(0), "invalid-data", 'number "0"');
  });

  it("take the row number as the ID where the interactions have no IDs", async () => {
    const { users } = await fit(plain, quick);
    expect(users.ids).toBeUndefined();
    expect(users.row(8)).toEqual(users.data.subarray(24));
    for (const id of [9, -1, 0.5, "0", 1n]) {
      await expectRefusal(() => users.row(id), "invalid-data", "from 0 to 8", `"${id}"`);
    }
  });

  it("are refused with a number of values or IDs that contradicts their size", async () => {
    await expectRefusal(() => createTable(new Float32Array(5), 2, 3), "mismatch", "2 x 3", "5");
    await expectRefusal(() => createTable(new Float32Array(0), 0, 0), "mismatch", "0 x 0");
    const ids = new IdIndex(["a", "b", "c"]);
    await expectRefusal(() => createTable(new Float32Array(6), 2, 3, ids), "mismatch", "2 IDs", "3");
  });
});

describe("The items of features and of interactions", () => {
  const withIds = (ids: readonly string[]) => ({
    image: denseFeatures(
      new Float32Array(80).map((_, i) => (i * 7) % 11),
      20,
      4,
      {
        ids: new IdIndex(ids),
        label: "image.npy",
      },
    ),
  });

  it("are compared where both have IDs, and the report says so", async () => {
    const { report } = await fit({ train, features: { ...withIds(itemIds), audio: plain.features.audio! } });
    expect(report.input.modalities.image!.itemIds).toBe("compared");
    expect(report.input.modalities.audio!.itemIds).toBe("assumed");
    const other = await fit({ train: plain.train, features: withIds(itemIds) });
    expect(other.report.input.modalities.image!.itemIds).toBe("assumed");
  });

  it("are refused in another order, with the first difference", async () => {
    const swapped = itemIds.with(4, "item 5").with(5, "item 4");
    const work = () => fit({ train, features: withIds(swapped) });
    await expectRefusal(work, "mismatch", "image.npy", '"item 4" as row 4', '"item 5" as row 4');
  });

  it("are refused with another number of IDs than rows", async () => {
    await expectRefusal(() => withIds(itemIds.slice(1)), "mismatch", "image.npy", "20 IDs", "19");
  });
});

describe("transform", () => {
  it("finds items by ID: some of the fit's items in any order give what foldIn gives", async () => {
    const model = await fit(data, quick);
    const later = interactionsFromPairs([
      ["dora", "item 11"],
      ["dora", "item 2"],
      ["emil", "item 7", 3],
    ]);
    const table = model.transform(later);
    expect(table.ids).toBe(later.userIds);
    expect(table.row("dora")).toEqual(model.foldIn(["item 2", "item 11"]).vector);
    expect(table.row("emil")).toEqual(model.foldIn(["item 7"], { weights: [3] }).vector);
  });

  it("refuses an item that the fit did not know, or skips it if told to", async () => {
    const model = await fit(data, quick);
    const later = interactionsFromPairs([
      ["dora", "item 2"],
      ["dora", "item 20"],
    ]);
    await expectRefusal(() => model.transform(later), "invalid-data", '"item 20"', "user row 0");
    const known = model.transform(later, { unknownItems: "skip" });
    expect(known.row("dora")).toEqual(model.foldIn(["item 2"]).vector);
  });
});

it("Without a named backend, a fit runs on wasm where the runtime supports it", async () => {
  expect(probeWasm().simd.accepted).toBe(true);
  const backend = await wasm();
  expectSameTables(await fit(data, quick), await fit(data, { ...quick, backend }));
  await backend.dispose();
});
