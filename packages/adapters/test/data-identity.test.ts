import { createHash } from "node:crypto";
import {
  denseFeatures,
  IdIndex,
  type Interactions,
  interactionBlocks,
  interactionSource,
  interactionsFromArrays,
} from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { compareData, identifyData, identifyFeatures, identifyTrain } from "../src/bundle/index.ts";
import type { Manifest } from "../src/bundle/manifest.ts";
import { expectFailure } from "./helpers.ts";

const newHash = () => createHash("sha256");
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Values as little-endian bytes, one `write` for each. */
function bytesOf(values: readonly number[], kind: "UInt32LE" | "FloatLE"): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes[`write${kind}`](value, 4 * i);
  return bytes;
}

const pairs: readonly (readonly [number, number])[] = [
  [0, 2],
  [0, 0],
  [1, 1],
  [2, 0],
  [2, 2],
];
const train = (rows: readonly (readonly [number, number])[] = pairs, more: object = {}): Interactions =>
  interactionsFromArrays({
    users: rows.map(([user]) => user),
    items: rows.map(([, item]) => item),
    userCount: 3,
    itemCount: 3,
    ...more,
  });
const values = [1, 2, 3, 0.5, 0, 0];
const image = denseFeatures(Float32Array.from(values), 3, 2);

describe("The identity of data", () => {
  it("is the SHA-256 of the compressed rows, of the ID lists and of the float32 values", async () => {
    const ids = { userIds: new IdIndex(["ann", "bob", "cid"]), itemIds: new IdIndex([0, 1, 2]) };
    expect(
      await identifyData({ train: train(pairs, ids), features: { image }, name: "toy" }, newHash),
    ).toEqual({
      name: "toy",
      train: {
        users: 3,
        items: 3,
        interactions: 5,
        sha256: sha256(bytesOf([0, 2, 3, 5, 0, 2, 1, 0, 2], "UInt32LE")),
        userIds: sha256(Buffer.from("ann\nbob\ncid\n")),
        itemIds: null,
      },
      features: { image: { shape: [3, 2], sha256: sha256(bytesOf(values, "FloatLE")) } },
    });
  });

  it("depends neither on the order of the rows nor on weights of 1, but on other weights", async () => {
    const of = async (interactions: Interactions): Promise<string> =>
      (await identifyTrain(interactions, newHash)).sha256;
    expect(await of(train(pairs.toReversed()))).toBe(await of(train()));
    expect(await of(train(pairs, { weights: [1, 1, 1, 1, 1] }))).toBe(await of(train()));
    const weighted = await of(train(pairs, { weights: [1, 2, 1, 1, 1] }));
    expect(weighted).toBe(
      sha256(
        Buffer.concat([
          bytesOf([0, 2, 3, 5, 0, 2, 1, 0, 2], "UInt32LE"),
          bytesOf([2, 1, 1, 1, 1], "FloatLE"),
        ]),
      ),
    );
  });

  it("is the same from blocks of users as from arrays", async () => {
    for (const weights of [undefined, [1, 2, 1, 1, 1]]) {
      const whole = train(pairs, weights === undefined ? {} : { weights });
      const blocks = {
        ...interactionSource(whole),
        blocks: () => interactionBlocks(whole, { rows: 2, pairs: 1 }),
      };
      expect(await identifyTrain(blocks, newHash)).toEqual(await identifyTrain(whole, newHash));
    }
  });

  it("depends on the float32 values of features, and not on their type or on what a missing row holds", async () => {
    const { sha256: expected } = await identifyFeatures(image, newHash);
    const negative = denseFeatures(Float32Array.of(1, 2, 3, 0.5, -0, 0), 3, 2);
    const wide = denseFeatures(Float64Array.from(values), 3, 2);
    const missing = Uint8Array.of(0, 0, 1);
    const masked = denseFeatures(Float32Array.of(1, 2, 3, 0.5, 7, 7), 3, 2, { missing });
    for (const source of [negative, wide, masked]) {
      expect((await identifyFeatures(source, newHash)).sha256).toBe(expected);
    }
    const other = denseFeatures(Float32Array.of(1, 2, 3, 0.5, 0, 1), 3, 2);
    expect((await identifyFeatures(other, newHash)).sha256).not.toBe(expected);
  });

  it("takes every -0 for 0, near another and far from it", async () => {
    const zeros = [0, 1, 63, 64, 65, 700, 899];
    const signed = (zero: number) =>
      Float32Array.from({ length: 900 }, (_, i) => (zeros.includes(i) ? zero : -i));
    const identityOf = (zero: number) => identifyFeatures(denseFeatures(signed(zero), 300, 3), newHash);
    expect(Object.is(signed(-0)[700], -0)).toBe(true);
    expect(await identityOf(-0)).toEqual(await identityOf(0));
    expect((await identityOf(-0)).sha256).toBe(sha256(bytesOf([...signed(0)], "FloatLE")));
  });
});

describe("A bundle that meets a dataset", () => {
  const text = denseFeatures(Float32Array.of(1, 2, 3), 3, 1);
  const data = { train: train(), features: { image, text } };
  const bundleOf = async (given = data, ids: { userIds?: string[]; itemIds?: string[] } = {}) => {
    const manifest: Manifest = {
      format: "wellbegun-bundle",
      version: 1,
      files: {},
      input: await identifyData(given, newHash),
    };
    return { manifest, userCount: 3, itemCount: 3, userIds: ids.userIds, itemIds: ids.itemIds };
  };

  it("is accepted where interactions and features are equal", async () => {
    const found = await compareData(await bundleOf(), { ...data, name: "elsewhere" }, { newHash });
    expect(found).toEqual({ data: "same", difference: null });
  });

  it("is refused by the first difference: count, ID, interactions, features", async () => {
    const bundle = await bundleOf();
    const refused = (dataset: typeof data, ...parts: string[]) =>
      expectFailure(() => compareData(bundle, dataset, { newHash, label: "dC" }), "mismatch", ...parts);
    const larger = interactionsFromArrays({ users: [0, 3], items: [0, 1], userCount: 4, itemCount: 3 });
    await refused({ ...data, train: larger }, "4 users", "3 in the bundle");
    const named = train(pairs, { itemIds: new IdIndex([0, 2, 1]) });
    await refused({ ...data, train: named }, "item row 1", '"2"', '"1"');
    await refused({ ...data, train: train(pairs.slice(1)) }, "5 interactions", "4", "dC, train interactions");
    // Renumbered with equal counts: users 0 and 1 have changed places.
    const renumbered = pairs.map(([user, item]) => [[1, 0, 2][user]!, item] as const);
    await refused({ ...data, train: train(renumbered) }, "as many", "dC, train interactions", "--other-data");
    const narrow = denseFeatures(new Float32Array(3), 3, 1);
    await refused({ ...data, features: { image: narrow, text } }, "3 x 2", "3 x 1", "modality image");
    const changed = denseFeatures(Float32Array.of(1, 2, 4), 3, 1);
    await refused({ ...data, features: { image, text: changed } }, "SHA-256", "features of modality text");
    const without = { ...data, features: { image } as unknown as typeof data.features };
    await refused(without, "no features", "modality text");
    const looked = await compareData(bundle, without, { newHash, modalities: ["image"] });
    expect(looked.data).toBe("same");
  });

  it("tells other interactions and features where they are meant, and refuses other users all the same", async () => {
    const bundle = await bundleOf();
    const options = { newHash, otherData: true };
    const found = await compareData(bundle, { ...data, train: train(pairs.slice(1)) }, options);
    expect(found.data).toBe("other");
    expect(found.difference).toContain("5 interactions, not 4");
    const named = train(pairs, { userIds: new IdIndex(["ann", "bob", "cid"]) });
    await expectFailure(() => compareData(bundle, { ...data, train: named }, options), "mismatch", '"ann"');
  });

  it("says that nothing but users and items was compared where the manifest holds no identity", async () => {
    const { manifest, ...rows } = await bundleOf();
    const { input, ...without } = manifest;
    const bundle = {
      ...rows,
      manifest: { ...without, files: {}, format: manifest.format, version: manifest.version },
    };
    expect(await compareData(bundle, data, { newHash })).toEqual({ data: "unknown", difference: null });
  });
});
