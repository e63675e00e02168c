import { describe, expect, it } from "vitest";
import { IdIndex, Initializer, type InitializerState, fit as runFit } from "../src/index.ts";
import { encodeInitializer } from "../src/initializer/bytes.ts";
import { crc32c } from "../src/initializer/checksum.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { expectClose } from "./support/tables.ts";

describe("The bytes of an initializer", () => {
  const made = async (ids?: IdIndex): Promise<Initializer> => {
    const input = toInput(randomData({ users: 4, items: 8, widths: { image: 3 }, seed: 1, missing: 0.5 }));
    return (await runFit({ ...input, train: { ...input.train, itemIds: ids } }, { clusters: 2 })).initializer;
  };

  it("keep the kind of every ID", async () => {
    const ids = ["a", 7, 7n, "7", 2 ** 53 - 1, "line\nbreak", -1.5, 10n ** 30n];
    const again = Initializer.fromBytes((await made(new IdIndex(ids))).toBytes());
    expect(again.itemIds!.ids).toEqual(ids);
    expect(again.foldIn([7n]).vector).not.toEqual(again.foldIn(["7"]).vector);
  });

  it("may begin anywhere in a buffer", async () => {
    const bytes = (await made()).toBytes();
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(Initializer.fromBytes(shifted.subarray(3)).toBytes()).toEqual(bytes);
  });

  it("are refused when cut short anywhere", async () => {
    const bytes = (await made()).toBytes();
    for (let length = 0; length < bytes.length; length++) {
      await expectRefusal(() => Initializer.fromBytes(bytes.subarray(0, length)), "format", "initializer");
    }
    await expectRefusal(() => Initializer.fromBytes(Uint8Array.of(...bytes, 0)), "format", "damaged");
  });

  it("are refused when any one bit of them is another", async () => {
    const bytes = (await made()).toBytes();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      await expectRefusal(() => Initializer.fromBytes(damaged), "format", "initializer");
    }
  });

  it.each<[what: string, damage: (bytes: Uint8Array) => void, message: string]>([
    ["another magic", (bytes) => bytes.set([0x50, 0x4b]), 'the magic "wbinit"'],
    [
      "a later version",
      (bytes) => bytes.set([2], 6),
      "version 1, found version 2. A later version of @wellbegun/core",
    ],
    [
      "a header that lies about its length",
      (bytes) => bytes.fill(255, 8, 12),
      "a header of 4294967295 bytes",
    ],
  ])("are refused with %s", async (_, damage, message) => {
    const bytes = (await made()).toBytes();
    damage(bytes);
    await expectRefusal(() => Initializer.fromBytes(bytes), "format", message);
  });

  it.each<[what: string, from: string, to: string, message: string]>([
    ["a header that is not JSON", '{"options"', '["options"', "a header in JSON"],
    [
      "a key that is unknown",
      '"zeroRows":"missing"',
      '"zeroRowz":"missing"',
      'known keys alone, found "zeroRowz"',
    ],
    ["a choice that is none", '"scale":"xavier"', '"scale":"xxxxxx"', "one of xavier, items, unit, none"],
    [
      "a lambda above 1",
      '"lambda":{"image":1}',
      '"lambda":{"image":7}',
      "from 0 to 1, found 7 (options.lambda of image)",
    ],
    ["a text for a number", '"itemCount":8', '"itemCount":""', "the header, itemCount"],
    ["more items than values", '"itemCount":8', '"itemCount":9', "as the header says"],
    ["no clusters", '"columns":3,"clusters":2', '"columns":3,"clusters":0', "modality image, clusters"],
    ["columns beyond the width", '"column":0', '"column":1', "columns below 3, found 3 from 1"],
    [
      "another modality's options",
      '"modalities":{"image":{"columns',
      '"modalities":{"imagf":{"columns',
      "imagf",
    ],
    [
      "a list for an object",
      '"clusters":{"image":2}',
      '"clusters":["image", 2]',
      "an object, found a list (options, clusters)",
    ],
  ])("are refused with %s, also under a checksum that is right", async (_, from, to, message) => {
    const bytes = withHeader((await made()).toBytes(), (json) => json.replace(from, to));
    await expectRefusal(() => Initializer.fromBytes(bytes), "format", message);
  });

  it("are refused with malformed or too few IDs, even under a correct checksum", async () => {
    const bytes = (await made(new IdIndex(["a", "b", "c", "d", "e", "f", 7n, 8]))).toBytes();
    for (const [from, to, message] of [
      [
        '["bigint","7"]',
        '["bigint","x"]',
        'the type and the text of an ID, found "bigint", "x" (itemIds, row 6)',
      ],
      ['["number","8"]', '["number",8]', 'the type and the text of an ID, found "number", 8'],
      ['["number","8"]', '["string","a"]', "each item ID once"],
      ['["string","a"],', "", "8 item IDs, found 7"],
    ] as const) {
      const other = withHeader(bytes, (json) => json.replace(from, to));
      await expectRefusal(() => Initializer.fromBytes(other), "format", message);
    }
  });

  it.each<[what: string, change: (state: InitializerState) => void, message: string]>([
    [
      "an item value of NaN",
      ({ modalities }) => modalities.image!.items.fill(Number.NaN, 1, 2),
      "image/items, element 1",
    ],
    [
      "an infinite centroid",
      ({ modalities }) => modalities.image!.points.fill(Infinity, 0, 1),
      "image/points",
    ],
    [
      "a cluster beyond the last",
      ({ modalities }) => modalities.image!.labels.fill(2, 3, 4),
      "image/labels, element 3",
    ],
    [
      "no cluster for an item with content",
      ({ modalities }) => modalities.image!.labels.fill(-1),
      "image/labels",
    ],
    [
      "a mask of another number",
      ({ modalities }) => modalities.image!.missing!.fill(2),
      "image/missing, element 0",
    ],
    ["a negative degree", (state) => state.itemDegrees.fill(-1), "itemDegrees, element 0"],
  ])("are refused with %s", async (_, change, message) => {
    const { state } = await made();
    change(state);
    await expectRefusal(() => Initializer.fromBytes(encodeInitializer(state)), "format", message);
  });

  it("keep modalities of any name", async () => {
    const names = ["__proto__", "toString", "7", "image/items"];
    const { state } = await made();
    const modality = state.modalities.image!;
    const { clusters, lambda, normalization, prepare, weights, whitenPower, whitenRidge } = state.options;
    const each = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(names.map((name) => [name, values.image!]));
    const many = {
      ...state,
      options: {
        ...state.options,
        modalities: names,
        clusters: each(clusters),
        lambda: each(lambda),
        normalization: each(normalization),
        prepare: each(prepare),
        whitenPower: each(whitenPower),
        whitenRidge: each(whitenRidge),
        weights: each(weights),
      },
      modalities: Object.fromEntries(names.map((name) => [name, modality])),
    };
    const bytes = encodeInitializer(many);
    const again = Initializer.fromBytes(bytes);
    expect(again.toBytes()).toEqual(bytes);
    const single = Initializer.fromBytes(encodeInitializer(state)).foldIn([0]).vector;
    expectClose([[...again.foldIn([0]).vector]], [[...single].map((value) => 4 * value)], 1e-5);
  });
});

/** The bytes with another header under a right checksum and a right length. */
function withHeader(bytes: Uint8Array, change: (json: string) => string): Uint8Array {
  const view = new DataView(bytes.buffer);
  const end = 16 + view.getUint32(8, true);
  const before = new TextDecoder().decode(bytes.subarray(16, end));
  const after = change(before);
  if (after === before) throw new Error("the header has no such text");
  const json = new TextEncoder().encode(after);
  const arrays = bytes.subarray(Math.ceil(end / 8) * 8);
  const made = new Uint8Array(Math.ceil((16 + json.length) / 8) * 8 + arrays.length);
  made.set(bytes.subarray(0, 16));
  made.set(json, 16);
  made.set(arrays, made.length - arrays.length);
  const changed = new DataView(made.buffer);
  changed.setUint32(8, json.length, true);
  changed.setUint32(12, crc32c(made.subarray(16), crc32c(made.subarray(0, 12))), true);
  return made;
}
