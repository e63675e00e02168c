import { describe, expect, it } from "vitest";
import {
  denseFeatures,
  type FeatureArray,
  type FeatureSource,
  type FitOptions,
  type FoldInOptions,
  fit,
  Initializer,
  type Mask,
  type RecommendOptions,
  recommend,
  type TransformOptions,
} from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { expectRefusal, unchecked } from "./support/errors.ts";

const values = [1, 2, 3, 4, 5, 6];

describe("A mask of missing rows", () => {
  const source = (missing: unknown): FeatureSource =>
    denseFeatures(values, 3, 2, { missing: unchecked<Mask>(missing), label: "image" });

  it.each<[kind: string, mask: Mask]>([
    ["bytes", Uint8Array.of(0, 1, 0)],
    ["a plain array", [0, 1, 0]],
    ["booleans", [false, true, false]],
    ["32-bit integers", Int32Array.of(0, 1, 0)],
    ["floats", Float32Array.of(0, 1, 0)],
  ])("may be %s", (_, mask) => {
    expect(source(mask).missing).toEqual(Uint8Array.of(0, 1, 0));
  });

  it.each<[what: string, mask: unknown, found: string]>([
    ["a 2", Uint8Array.of(0, 1, 2), "found 2 (image, row 2)"],
    ["a 255", Uint8Array.of(255, 0, 0), "found 255 (image, row 0)"],
    ["a text", [0, "1", 0], 'found "1" (image, row 1)'],
    ["half a row", [0, 0.5, 0], "found 0.5 (image, row 1)"],
    ["a hole", [0, undefined, 1], "found undefined (image, row 1)"],
  ])("with %s is refused by its row", async (_, mask, found) => {
    await expectRefusal(() => source(mask), "invalid-data", "0 or 1", found);
  });

  it("of a hand-written source must be bytes of 0 and 1", async () => {
    const { train, features } = toInput(randomData({ users: 4, items: 6, widths: { image: 3 }, seed: 1 }));
    const withMask = (missing: unknown) => () =>
      fit({ train, features: { image: { ...features.image!, missing: unchecked<Uint8Array>(missing) } } });
    await expectRefusal(withMask(Uint8Array.of(0, 0, 0, 2, 0, 0)), "invalid-data", "found 2", "row 3");
    await expectRefusal(withMask([0, 0, 1, 0, 0, 0]), "invalid-data", "a Uint8Array", "an Array");
    await expectRefusal(withMask(new Uint8Array(5)), "mismatch", "6 entries", "found 5");
  });
});

describe("An array of features", () => {
  const read = async (data: FeatureArray): Promise<number[]> => {
    const into = new Float32Array(4);
    await denseFeatures(data, 3, 2).read(1, 2, into);
    return [...into];
  };

  it.each<[kind: string, data: FeatureArray]>([
    ["a plain array", values],
    ["64-bit integers", BigInt64Array.from(values, BigInt)],
    ["unsigned 64-bit integers", BigUint64Array.from(values, BigInt)],
    ["32-bit integers", Int32Array.from(values)],
    ["bytes", Uint8Array.from(values)],
    ["float64", Float64Array.from(values)],
  ])("may be %s", async (_, data) => {
    expect(await read(data)).toEqual([3, 4, 5, 6]);
  });

  it("keeps the sign and size of 64-bit integers", async () => {
    const into = new Float32Array(2);
    await denseFeatures(BigInt64Array.of(-(2n ** 40n), 7n), 1, 2).read(0, 1, into);
    expect([...into]).toEqual([-(2 ** 40), 7]);
  });

  it.each<[what: string, value: unknown, found: string]>([
    ["a text", "4", 'found "4"'],
    ["nothing", undefined, "found undefined"],
    ["null", null, "found null"],
    ["a bigint", 4n, "found 4n"],
  ])("with %s among its numbers is refused by row and column", async (_, value, found) => {
    const data = unchecked<number[]>(values.map((one, i) => (i === 3 ? value : one)));
    await expectRefusal(() => denseFeatures(data, 3, 2), "invalid-data", found, "row 1, column 1");
  });

  it("with an array for each row is refused with the way to pass them", async () => {
    const rows = unchecked<number[]>([
      [1, 2],
      [3, 4],
    ]);
    await expectRefusal(() => denseFeatures(rows, 2, 2), "mismatch", "2 x 2 = 4 values", "rows.flat()");
  });

  it("of another kind is refused", async () => {
    await expectRefusal(() => denseFeatures(unchecked<number[]>(undefined), 2, 2), "mismatch", "undefined");
  });
});

describe("A dataset", () => {
  const data = toInput(
    randomData({ users: 5, items: 12, widths: { image: 4, audio: 3 }, seed: 4, missing: 0.2 }),
  );

  it.each<[what: string, change: object, parts: string[]]>([
    ["without train interactions", { train: undefined }, ["interactionsFromPairs", "undefined"]],
    ["with pairs as train interactions", { train: [["ann", "tea"]] }, ["interactionsFromPairs", "an Array"]],
    ["without features", { features: undefined }, ["a FeatureSource for each modality", "undefined"]],
    [
      "with an array as a modality",
      { features: { image: [1, 2] } },
      ["a FeatureSource", "an Array", "modality image"],
    ],
    [
      "with a modality that objects cannot hold",
      { features: JSON.parse('{"__proto__": {}}') },
      ["__proto__"],
    ],
  ])("%s is refused", async (_, change, parts) => {
    const work = () => fit(unchecked<typeof data>({ ...data, ...change }));
    await expectRefusal(work, "invalid-data", ...parts);
  });

  it.each([
    ["toString", "constructor"],
    ["hasOwnProperty", "valueOf"],
    ["1", "0"],
  ])("gives the same vectors where its modalities are named %s and %s", async (first, second) => {
    const options: FitOptions = { clusters: 2, lambda: 0.5, dim: 3, modalities: ["image", "audio"] };
    const expected = await fit(data, options);
    const features = { [first]: data.features.image!, [second]: data.features.audio! };
    const found = await fit({ ...data, features }, { ...options, modalities: [first, second] });
    expect(found.users.data).toEqual(expected.users.data);
    expect(found.perModality[first]!.data).toEqual(expected.perModality.image!.data);
    expect(found.options.weights).toEqual({ [first]: 1, [second]: 1 });
    const start = { data: new Float32Array(6).fill(1, 3), clusters: 2 };
    const some = await fit(
      { ...data, features },
      { ...options, modalities: [first, second], centroids: { [second]: start } },
    );
    expect(some.perModality[first]!.data).toEqual(expected.perModality.image!.data);
    const loaded = Initializer.fromBytes(found.toBytes());
    expect(loaded.foldIn([1, 2]).vector).toEqual(expected.foldIn([1, 2]).vector);
    const one = {
      ...options,
      modalities: [first, second],
      clusters: { [second]: 2 },
      lambda: { [first]: 0.5 },
    };
    expect((await fit({ ...data, features }, one)).options.clusters).toEqual({ [first]: 8, [second]: 2 });
  });
});

describe("Options of a model's functions", () => {
  const data = toInput(randomData({ users: 4, items: 9, widths: { image: 3 }, seed: 5 }));

  it("are refused with the nearest name where they do not exist", async () => {
    const model = await fit(data, { clusters: 2 });
    const misspelt = unchecked<object>({ seeen: data.train, k: 2 });
    const ranked = () => recommend(model, unchecked<RecommendOptions>(misspelt));
    await expectRefusal(ranked, "invalid-option", '"seeen"', "Did you mean seen?");
    const folded = () => model.foldIn([1], unchecked<FoldInOptions>({ weight: [1] }));
    await expectRefusal(folded, "invalid-option", '"weight"', "Did you mean weights?");
    const moved = () => model.transform(data.train, unchecked<TransformOptions>({ unknown: "skip" }));
    await expectRefusal(moved, "invalid-option", '"unknown"', "Did you mean unknownItems?");
  });

  it("are refused with an unknown choice, or with lists of different lengths", async () => {
    const model = await fit(data, { clusters: 2 });
    const euclid = unchecked<RecommendOptions>({ k: 2, similarity: "euclid" });
    await expectRefusal(() => recommend(model, euclid), "invalid-option", "dot or cosine", '"euclid"');
    const ignore = unchecked<FoldInOptions>({ unknownItems: "ignore" });
    await expectRefusal(() => model.foldIn([1], ignore), "invalid-option", "error or skip", '"ignore"');
    await expectRefusal(() => model.transform(data.train, ignore), "invalid-option", "error or skip");
    await expectRefusal(() => model.foldIn([1], { weights: [1, 2] }), "invalid-data", "2 items", "found 1");
    await expectRefusal(() => model.foldIn(unchecked<number[]>("12")), "invalid-data", "item IDs", '"12"');
  });
});
