import { describe, expect, it } from "vitest";
import {
  IdIndex,
  type InteractionArrays,
  type InteractionPair,
  interactionsFromArrays,
  interactionsFromCsr,
  interactionsFromPairs,
  type PairOptions,
} from "../src/index.ts";
import { expectRefusal, unchecked } from "./support/errors.ts";

describe("Pairs", () => {
  const fromPairs = (pairs: unknown) => () =>
    interactionsFromPairs(unchecked<Iterable<InteractionPair>>(pairs));

  it.each<[what: string, pairs: unknown, parts: string[]]>([
    [
      "with a misspelt property",
      [{ userId: 1 }].map((row) => [unchecked<{ user: number }>(row).user, "tea"]),
      ["found undefined", "the user of pair 0"],
    ],
    [
      "given as objects",
      [{ user: "ann", item: "tea" }],
      ["an array of a user, an item", "an object", "pair 0"],
    ],
    ["without an item", [["ann", "tea"], ["bob"]], ["an array of 1", "pair 1"]],
    ["with more than a weight", [["ann", "tea", 1, 1700000000]], ["an array of 4", "pair 0"]],
    ["given as texts", ["ab"], ['found "ab"', "pair 0"]],
    ["given as a map of sets", new Map([["ann", new Set(["tea"])]]), ["a Set", "the item of pair 0"]],
    ["given as one text", "ann,tea", ["pairs of a user and an item", '"ann,tea"']],
    ["given as an object", { ann: ["tea"] }, ["pairs of a user and an item", "an object"]],
    ["with NaN as user", [[Number.NaN, "tea"]], ["NaN", "the user of pair 0"]],
    ["with null as item", [["ann", null]], ["null", "the item of pair 0"]],
    ["with a weight of null", [["ann", "tea", null]], ["a finite weight above 0", "null"]],
  ])("%s are refused", async (_, pairs, parts) => {
    await expectRefusal(fromPairs(pairs), "invalid-data", ...parts);
  });

  it("with numbers that collide after rounding are refused, and bigints are as exact as text", async () => {
    const large = Number("9007199254740993");
    const error = await expectRefusal(
      fromPairs([[large, "tea"]]),
      "invalid-data",
      "9007199254740992",
      "pair 0",
    );
    expect(error.hint).toContain("bigints or strings");
    const { userCount } = interactionsFromPairs([
      [9007199254740993n, "tea"],
      [9007199254740992n, "tea"],
      ["9007199254740993", "tea"],
      [Number.MAX_SAFE_INTEGER, "tea"],
    ]);
    expect(userCount).toBe(4);
  });

  it("in a list of IDs follow the same rules", async () => {
    const index = (ids: unknown) => () => new IdIndex(unchecked<Iterable<string>>(ids));
    await expectRefusal(index(["a", undefined]), "invalid-data", "undefined", "row 1");
    await expectRefusal(index([2 ** 53]), "invalid-data", "bigints or strings", "row 0");
    await expectRefusal(index("abc"), "invalid-data", "IDs in an array", '"abc"');
    await expectRefusal(index(undefined), "invalid-data", "IDs in an array", "undefined");
    await expectRefusal(index([["a"]]), "invalid-data", "an Array", "row 0");
    const itemIds = unchecked<string[]>("tea");
    await expectRefusal(() => interactionsFromPairs([["ann", "t"]], { itemIds }), "invalid-data", '"tea"');
  });

  it("with an invalid option are refused", async () => {
    const options = unchecked<PairOptions>({ itemIDs: ["tea"] });
    const work = () => interactionsFromPairs([["ann", "tea"]], options);
    await expectRefusal(work, "invalid-option", '"itemIDs"', "Did you mean itemIds?");
  });
});

describe("Arrays of interactions", () => {
  const good = { users: [0, 1], items: [1, 0], userCount: 2, itemCount: 2 };
  const fromArrays = (change: object) => () =>
    interactionsFromArrays(unchecked<InteractionArrays>({ ...good, ...change }));

  it.each<
    [what: string, change: object, code: "mismatch" | "invalid-data" | "invalid-option", parts: string[]]
  >([
    ["without users", { users: undefined }, "invalid-data", ["an array of users", "undefined"]],
    ["whose items are a number", { items: 3 }, "invalid-data", ["an array of items", "found 3"]],
    ["without a number of users", { userCount: undefined }, "invalid-data", ["undefined", "userCount"]],
    ["with NaN items", { itemCount: Number.NaN }, "invalid-data", ["NaN", "itemCount"]],
    ["with half a user", { userCount: 2.5 }, "invalid-data", ["2.5", "userCount"]],
    ["with a negative number of items", { itemCount: -1 }, "invalid-data", ["-1", "itemCount"]],
    ["with more items than 32 bits count", { itemCount: 2 ** 32 }, "invalid-data", ["itemCount"]],
    ["with a bigint among numbers", { users: [0, 1n] }, "invalid-data", ["1n", "interaction 1"]],
    ["with a text among rows", { items: ["1", 0] }, "invalid-data", ['"1"', "interaction 0"]],
    [
      "with fewer item IDs than items",
      { itemIds: new IdIndex(["a"]) },
      "mismatch",
      ["2 IDs", "found 1", "itemIds"],
    ],
    [
      "with more user IDs than users",
      { userIds: new IdIndex([1, 2, 3]) },
      "mismatch",
      ["2 IDs", "found 3", "userIds"],
    ],
    ["with IDs that are no index", { itemIds: ["a", "b"] }, "mismatch", ["no IdIndex", "itemIds"]],
    ["with the mean of duplicates", { duplicates: "mean" }, "invalid-option", ["max, sum, last", '"mean"']],
    ["with a misspelt property", { weight: [1, 2] }, "invalid-option", ['"weight"', "Did you mean weights?"]],
  ])("%s are refused", async (_, change, code, parts) => {
    await expectRefusal(fromArrays(change), code, ...parts);
  });

  it("may hold rows as 64-bit integers", () => {
    const expected = interactionsFromArrays(good);
    const long = { users: BigInt64Array.of(0n, 1n), items: BigUint64Array.of(1n, 0n) };
    expect(interactionsFromArrays({ ...good, ...long })).toEqual(expected);
    const csr = { offsets: BigInt64Array.of(0n, 1n, 2n), items: BigInt64Array.of(1n, 0n), itemCount: 2 };
    expect(interactionsFromCsr(csr)).toEqual(expected);
  });

  it("in compressed rows follow the same rules", async () => {
    const csr = { offsets: [0, 1, 2], items: [1, 0], itemCount: 2 };
    const fromCsr = (change: object) => () =>
      interactionsFromCsr(unchecked<typeof csr>({ ...csr, ...change }));
    await expectRefusal(fromCsr({ offsets: undefined }), "invalid-data", "an array of offsets", "undefined");
    await expectRefusal(fromCsr({ offsets: [0, 0.5, 2] }), "invalid-data", "whole numbers", "0.5");
    await expectRefusal(fromCsr({ itemCount: Number.NaN }), "invalid-data", "NaN", "itemCount");
    await expectRefusal(fromCsr({ userIds: new IdIndex(["a"]) }), "mismatch", "2 IDs", "found 1");
    await expectRefusal(fromCsr({ duplicates: "mean" }), "invalid-option", "max, sum, last");
    await expectRefusal(fromCsr({ indptr: [0] }), "invalid-option", '"indptr"');
  });
});
