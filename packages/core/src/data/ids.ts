import { WellbegunError } from "../errors.ts";

/** A raw ID as it stands in the user's data. */
export type Id = string | number | bigint;

/** Raw IDs and their rows, both ways. Row r belongs to `ids[r]`. */
export class IdIndex {
  /** The raw IDs in row order. */
  readonly ids: readonly Id[];
  readonly #rows: Map<Id, number> = new Map();

  /** @throws {WellbegunError} `invalid-data` if an ID stands twice. */
  constructor(ids: Iterable<Id>) {
    const list: Id[] = [];
    for (const id of ids) {
      const earlier = this.#rows.get(id);
      if (earlier !== undefined) {
        throw new WellbegunError("invalid-data", {
          doing: "indexing IDs",
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
