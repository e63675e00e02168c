import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { LargeMap } from "./large-map.ts";

/** A raw ID as in the user's data. Whole numbers beyond 2^53 must be bigints or strings. */
export type Id = string | number | bigint;

/** Raw IDs and their rows, both ways. Row r belongs to `ids[r]`. */
export class IdIndex {
  /** The raw IDs in row order. */
  readonly ids: readonly Id[];
  readonly #rows: LargeMap<Id, number> = new LargeMap();

  /** @throws {WellbegunError} `invalid-data` if an ID occurs twice, or a value is not an {@link Id}. */
  constructor(ids: Iterable<Id>) {
    const doing = "indexing IDs";
    const list: Id[] = [];
    for (const id of expectIterable(doing, "IDs", ids)) {
      expectId(id, doing, () => `row ${list.length}`);
      const earlier = this.#rows.get(id);
      if (earlier !== undefined) {
        throw new WellbegunError("invalid-data", {
          doing,
          expected: "each ID once",
          found: `${JSON.stringify(String(id))} twice`,
          at: `rows ${earlier} and ${list.length}`,
        });
      }
      this.#rows.set(id, list.length);
      list.push(id);
    }
    this.ids = list;
  }

  /** Number of IDs. */
  get size(): number {
    return this.ids.length;
  }

  /** Row of a raw ID, or undefined if it is unknown. IDs of different types differ: 7 is not "7". */
  rowOf(id: Id): number | undefined {
    return this.#rows.get(id);
  }
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
