import fc from "fast-check";
import { expect, it } from "vitest";
import { type Id, IdTable } from "../src/data/id-table.ts";
import { IdIndex } from "../src/index.ts";

const anyId = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.constantFrom<Id>(0, -0, "0", 0n, 2 ** 32, 2n ** 32n, 2 ** 53 - 1),
);

it("a table numbers IDs as a Map of their first appearances does", () => {
  fc.assert(
    fc.property(fc.array(anyId, { maxLength: 200 }), anyId, (ids, other) => {
      const table = new IdTable();
      const map = new Map<Id, number>();
      for (const id of ids) {
        if (!map.has(id)) map.set(id, map.size);
        expect(table.add(id)).toBe(map.get(id));
      }
      expect(table.size).toBe(map.size);
      // A Map has no key -0.
      expect(table.ids.map((id) => (id === 0 ? 0 : id))).toEqual([...map.keys()]);
      for (const id of [...ids, other]) expect(table.rowOf(id)).toBe(map.get(id));
      const taken = new IdTable([...map.keys()]);
      for (const id of [...ids, other]) expect(taken.rowOf(id)).toBe(map.get(id));
    }),
  );
});

it("a table finds each of 250,000 IDs that differ in few characters or bits", () => {
  const count = 50_000;
  const kinds: readonly ((row: number) => Id)[] = [
    (row) => `user-${row}`,
    (row) => row * 2 ** 20,
    (row) => row / 1024,
    (row) => BigInt(row) << 33n,
    (row) => (BigInt(row) << 64n) - 1n,
  ];
  for (const kind of kinds) {
    const table = new IdTable();
    const added = Array.from({ length: count }, (_, row) => table.add(kind(row)));
    const found = Array.from({ length: count }, (_, row) => table.rowOf(kind(row)));
    expect(added.every((number, row) => number === row)).toBe(true);
    expect(found).toEqual(added);
    expect(table.rowOf(kind(count))).toBeUndefined();
  }
});

it.each<[string, readonly Id[]]>([
  ["in ascending order", ["a", "b", "c"]],
  ["in no order", ["c", "a", "b"]],
  ["of several types", [7, "7", 7n]],
])("an index of IDs %s finds each row, and refuses an ID that stands twice", (_, ids) => {
  const index = new IdIndex(ids);
  for (const [row, id] of ids.entries()) expect(index.rowOf(id)).toBe(row);
  for (const other of ["d", 8, 8n, Number.NaN]) expect(index.rowOf(other)).toBeUndefined();
  for (const other of [null, undefined, true, {}, ["a"], Symbol("a")]) {
    expect(index.rowOf(other as unknown as Id)).toBeUndefined();
  }
  expect(() => new IdIndex([...ids, ids[0]!])).toThrow(`rows 0 and ${ids.length}`);
  expect(() => new IdIndex([ids[0]!, ids[0]!])).toThrow("rows 0 and 1");
});
