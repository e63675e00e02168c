import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DuplicateRule,
  IdIndex,
  type InteractionPair,
  type Interactions,
  interactionsFromArrays,
  interactionsFromCsr,
  interactionsFromPairs,
  itemDegrees,
  userDegrees,
} from "../src/index.ts";
import { seeded } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";

/** One interaction: user row, item row, weight. */
type Entry = readonly [user: number, item: number, weight: number];

const entries: fc.Arbitrary<Entry[]> = fc.array(
  fc.tuple(
    fc.nat(5),
    fc.nat(6),
    fc.integer({ min: 1, max: 64 }).map((eighths) => eighths / 8),
  ),
  { maxLength: 40 },
);
const rules: readonly DuplicateRule[] = ["max", "sum", "last"];
const size = { userCount: 6, itemCount: 7 };

function fromEntries(list: readonly Entry[], duplicates?: DuplicateRule): Interactions {
  return interactionsFromArrays({
    users: list.map(([user]) => user),
    items: list.map(([, item]) => item),
    weights: list.map(([, , weight]) => weight),
    ...size,
    duplicates,
  });
}

/** The same through a map of maps, read back in order. */
function merged(list: readonly Entry[], rule: DuplicateRule): Entry[] {
  const weights = new Map<string, number>();
  for (const [user, item, weight] of list) {
    const key = `${user} ${item}`;
    const before = weights.get(key);
    const together = { max: Math.max(before ?? 0, weight), sum: (before ?? 0) + weight, last: weight };
    weights.set(key, together[rule]);
  }
  const all = [...weights].map(([key, weight]): Entry => {
    const [user, item] = key.split(" ").map(Number);
    return [user!, item!, weight];
  });
  return all.sort(([a, i], [b, j]) => a - b || i - j);
}

function entriesOf({ userCount, offsets, items, weights }: Interactions): Entry[] {
  return Array.from({ length: userCount }, (_, user) => user).flatMap((user) =>
    Array.from(
      items.subarray(offsets[user], offsets[user + 1]),
      (item, e): Entry => [user, item, weights?.[offsets[user]! + e] ?? 1],
    ),
  );
}

describe("Interactions from arrays", () => {
  it.each(rules)("merge duplicates by %s and sort the rest", (rule) => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(entriesOf(fromEntries(list, rule))).toEqual(merged(list, rule));
      }),
      seeded,
    );
  });

  it("without weights are the set of each user's items, for short and long histories", () => {
    const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(90)), { maxLength: 300 });
    fc.assert(
      fc.property(pairs, fc.constantFrom("as they come", "by user", "sorted"), (list, order) => {
        const given = order === "as they come" ? list : [...list].sort(([a], [b]) => a - b);
        if (order === "sorted") given.sort(([a, i], [b, j]) => a - b || i - j);
        const found = interactionsFromArrays({
          users: Uint32Array.from(given, ([user]) => user),
          items: Uint32Array.from(given, ([, item]) => item),
          userCount: 5,
          itemCount: 91,
        });
        const sets = Array.from({ length: 5 }, (_, user) => {
          const own = new Set(given.filter(([other]) => other === user).map(([, item]) => item));
          return [...own].sort((a, b) => a - b);
        });
        const rows = sets.map((_, user) => [
          ...found.items.subarray(found.offsets[user], found.offsets[user + 1]),
        ]);
        expect(rows).toEqual(sets);
        expect(found.weights).toBeUndefined();
      }),
      seeded,
    );
  });

  it("that are sorted already are copied, with users and items without any among them", () => {
    const cells = fc.uniqueArray(fc.nat(6 * 7 - 1), { maxLength: 30 });
    fc.assert(
      fc.property(cells, (list) => {
        const given = list.sort((a, b) => a - b);
        const items = Uint32Array.from(given, (cell) => cell % 7);
        const users = Uint32Array.from(given, (cell) => Math.floor(cell / 7));
        const found = interactionsFromArrays({ users, items, ...size });
        const before = [...items];
        items.fill(0);
        expect([...found.items]).toEqual(before);
        expect([...found.offsets]).toEqual(
          Array.from({ length: 7 }, (_, user) => given.filter((cell) => cell < 7 * user).length),
        );
      }),
      seeded,
    );
  });

  it("keep the largest weight by default, and count without weights only when summing", () => {
    const arrays = { users: [0, 0, 1], items: [2, 2, 0], ...size };
    expect(entriesOf(interactionsFromArrays({ ...arrays, weights: [3, 1, 1] }))[0]).toEqual([0, 2, 3]);
    expect(interactionsFromArrays(arrays).weights).toBeUndefined();
    expect([...interactionsFromArrays({ ...arrays, duplicates: "sum" }).weights!]).toEqual([2, 1]);
  });

  it.each<[what: string, change: object, code: "mismatch" | "invalid-data", parts: string[]]>([
    ["fewer items than users", { items: [0] }, "mismatch", ["2 items", "found 1"]],
    ["fewer weights than users", { weights: [1] }, "mismatch", ["2 weights", "found 1"]],
    [
      "a negative user",
      { users: [0, -1] },
      "invalid-data",
      ["a row from 0 to 5 as the user", "-1", "interaction 1"],
    ],
    ["a user beyond the last", { users: [6, 0] }, "invalid-data", ["as the user", "6", "interaction 0"]],
    [
      "an item beyond the last",
      { items: [0, 7] },
      "invalid-data",
      ["a row from 0 to 6 as the item", "7", "interaction 1"],
    ],
    [
      "an item that is no whole number",
      { items: [0.5, 0] },
      "invalid-data",
      ["as the item", "0.5", "interaction 0"],
    ],
    [
      "an item that is NaN",
      { items: [0, Number.NaN] },
      "invalid-data",
      ["as the item", "NaN", "interaction 1"],
    ],
    [
      "a weight of zero",
      { weights: [1, 0] },
      "invalid-data",
      ["a finite weight above 0", "0", "interaction 1"],
    ],
    ["a negative weight", { weights: [-2, 1] }, "invalid-data", ["weight", "-2", "interaction 0"]],
    [
      "an infinite weight",
      { weights: [1, Infinity] },
      "invalid-data",
      ["weight", "Infinity", "interaction 1"],
    ],
  ])("refuse %s", async (_, change, code, parts) => {
    const arrays = { users: [0, 1], items: [0, 1], ...size, ...change };
    await expectRefusal(() => interactionsFromArrays(arrays), code, ...parts);
  });
});

describe("Interactions from CSR", () => {
  it("equal those from arrays", () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...rules), (list, duplicates) => {
        const sorted = [...list].sort(([a], [b]) => a - b);
        const offsets = Array.from({ length: 7 }, (_, user) => sorted.filter(([u]) => u < user).length);
        const csr = interactionsFromCsr({
          offsets,
          items: sorted.map(([, item]) => item),
          weights: sorted.map(([, , weight]) => weight),
          itemCount: 7,
          duplicates,
        });
        expect(csr).toEqual(fromEntries(sorted, duplicates));
      }),
      seeded,
    );
  });

  it.each<[what: string, offsets: number[], parts: string[]]>([
    ["no offsets", [], ["no offsets"]],
    ["offsets that do not start at 0", [1, 2], ["offsets from 0 to 2", "1 to 2"]],
    ["offsets that end early", [0, 1], ["offsets from 0 to 2", "0 to 1"]],
    ["offsets that descend", [0, 2, 1, 2], ["ascending offsets", "2 then 1", "row 1"]],
    ["an offset that is NaN", [0, Number.NaN, 2], ["ascending offsets", "NaN", "row 0"]],
  ])("refuse %s", async (_, offsets, parts) => {
    const csr = { offsets, items: [0, 1], itemCount: 2 };
    await expectRefusal(() => interactionsFromCsr(csr), "invalid-data", ...parts);
  });
});

describe("Interactions from pairs", () => {
  it("give rows to IDs of any kind in the order of appearance, and keep types apart", () => {
    const pairs: InteractionPair[] = [
      ["ann", 7],
      [12n, "7"],
      [12, 7n],
      ["ann", "7"],
    ];
    const interactions = interactionsFromPairs(pairs.values());
    expect(interactions.userIds!.ids).toEqual(["ann", 12n, 12]);
    expect(interactions.itemIds!.ids).toEqual([7, "7", 7n]);
    expect(entriesOf(interactions)).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [1, 1, 1],
      [2, 2, 1],
    ]);
    expect(interactions.weights).toBeUndefined();
  });

  it("follow given ID lists, which may hold users and items without interactions", () => {
    const interactions = interactionsFromPairs(
      [
        ["b", "y", 2],
        ["b", "x"],
      ],
      {
        userIds: ["a", "b"],
        itemIds: new Set(["x", "y", "z"]),
      },
    );
    expect([interactions.userCount, interactions.itemCount]).toEqual([2, 3]);
    expect(entriesOf(interactions)).toEqual([
      [1, 0, 1],
      [1, 1, 2],
    ]);
    expect(interactions.itemIds!.rowOf("z")).toBe(2);
    expect(interactions.itemIds!.rowOf("w")).toBeUndefined();
  });

  it("refuse an ID that is not in the list, naming the pair", async () => {
    const pairs: InteractionPair[] = [
      ["a", 1],
      ["a", "1"],
    ];
    const build = () => interactionsFromPairs(pairs, { itemIds: [1, 2] });
    await expectRefusal(build, "invalid-data", "an ID of the given list of items", 'string "1"', "pair 1");
    const strangers = () => interactionsFromPairs(pairs, { userIds: ["b"] });
    await expectRefusal(strangers, "invalid-data", "list of users", 'string "a"', "pair 0");
  });

  it("refuse a value that is no ID, naming the pair", async () => {
    for (const value of [null, undefined, true, {}, ["a"], Symbol("a"), Number.NaN]) {
      const pairs = [
        ["a", 1],
        [value, 1],
      ] as InteractionPair[];
      for (const options of [{}, { userIds: ["a"] }]) {
        const build = () => interactionsFromPairs(pairs, options);
        await expectRefusal(build, "invalid-data", "a string, a bigint or a number", "the user of pair 1");
      }
    }
  });

  it("refuse an ID list with a repeated ID", async () => {
    await expectRefusal(() => new IdIndex(["a", "b", "a"]), "invalid-data", '"a" twice', "rows 0 and 2");
  });
});

describe("Degrees", () => {
  it("are the sums of rows and columns of the dense matrix", () => {
    fc.assert(
      fc.property(entries, fc.boolean(), (list, weighted) => {
        const { weights, ...plain } = fromEntries(list, "sum");
        const interactions = weighted ? { ...plain, weights } : plain;
        const all = entriesOf(interactions);
        const sumOf = (part: readonly Entry[]): number => part.reduce((sum, [, , weight]) => sum + weight, 0);
        const users = Array.from({ length: 6 }, (_, u) => sumOf(all.filter(([user]) => user === u)));
        const items = Array.from({ length: 7 }, (_, i) => sumOf(all.filter(([, item]) => item === i)));
        expect([...userDegrees(interactions)]).toEqual(users);
        expect([...itemDegrees(interactions)]).toEqual(items);
      }),
      seeded,
    );
  });
});
