import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { type Id, IdTable } from "./id-table.ts";

export type { Id } from "./id-table.ts";

/** Raw IDs and their rows, both ways. Row r belongs to `ids[r]`. */
export class IdIndex {
  /** The raw IDs in row order. */
  readonly ids: readonly Id[];
  /** Made when a row is first asked for, if the IDs are in ascending order and so distinct. */
  #table: IdTable | undefined;

  /** @throws {WellbegunError} `invalid-data` if an ID occurs twice, or a value is not an {@link Id}. */
  constructor(ids: Iterable<Id>) {
    const doing = "indexing IDs";
    const list: Id[] = [];
    let ascending = true;
    for (const id of expectIterable(doing, "IDs", ids)) {
      expectId(id, doing, () => `row ${list.length}`);
      const previous = list.at(-1);
      ascending &&= previous === undefined || (typeof previous === typeof id && previous < id);
      list.push(id);
    }
    if (!ascending) this.#table = distinctIds(list, doing);
    // The table's own list, so that there are not two.
    this.ids = this.#table?.ids ?? list;
  }

  /** Number of IDs. */
  get size(): number {
    return this.ids.length;
  }

  /** Row of a raw ID, or undefined if it is unknown. IDs of different types differ: 7 is not "7". */
  rowOf(id: Id): number | undefined {
    this.#table ??= new IdTable(this.ids as Id[]);
    return this.#table.rowOf(id);
  }
}

function distinctIds(list: readonly Id[], doing: string): IdTable {
  const table = new IdTable([], list.length);
  for (let row = 0; row < list.length; row++) {
    const earlier = table.add(list[row]!);
    if (earlier === row) continue;
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "each ID once",
      found: `${JSON.stringify(String(list[row]))} twice`,
      at: `rows ${earlier} and ${row}`,
    });
  }
  return table;
}

/**
 * Checks that a value is an {@link Id}. Whole numbers beyond the safe integers are refused, since different IDs
 * would be one number: 2^53 and 2^53 + 1 are equal.
 *
 * @param at Returns the place that the error names.
 * @throws {WellbegunError} `invalid-data`.
 */
export function expectId(id: unknown, doing: string, at: () => string): void {
  if (typeof id === "string" || typeof id === "bigint") return;
  const large = typeof id === "number" && Number.isInteger(id) && !Number.isSafeInteger(id);
  if (typeof id === "number" && Number.isFinite(id) && !large) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "an ID: a string, a bigint or a number",
    found: large ? `the number ${id}, which other IDs are rounded to as well` : describe(id),
    at: at(),
    ...(large ? { hint: "Whole numbers beyond 2^53 must be given as bigints or strings." } : {}),
  });
}

/**
 * Checks that a value is iterable and not a string, whose letters would be taken as values.
 *
 * @throws {WellbegunError} `invalid-data`.
 */
export function expectIterable<T>(doing: string, what: string, values: Iterable<T>): Iterable<T> {
  if (typeof values === "object" && values !== null && Symbol.iterator in values) return values;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: `${what} in an array or another iterable`,
    found: describe(values),
  });
}
