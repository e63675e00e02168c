import { expectIterable, type Id, type IdIndex } from "../data/ids.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import { expectUnknownItems, type UnknownItems } from "./item-rows.ts";

/** Options of `foldIn`. */
export interface FoldInOptions {
  /** Weight of each item of the history, in its order (finite, > 0). Default: all 1. */
  readonly weights?: ArrayLike<number> | undefined;
  /**
   * How to treat an item that the fit did not know: `error` (the default) throws; `skip` leaves the item out
   * and lists it in {@link FoldedUser.unknown}.
   */
  readonly unknownItems?: UnknownItems | undefined;
}

/** A user that was folded in. */
export interface FoldedUser {
  /** d values, in the space and scale of the fit's user table. */
  readonly vector: Float32Array;
  /** Number of distinct items of the history that were used. */
  readonly used: number;
  /** Items of the history that the fit did not know. */
  readonly unknown: readonly Id[];
}

/** A history as rows of the item table. */
export interface ResolvedHistory {
  /** Distinct rows, ascending. */
  readonly rows: Uint32Array;
  /** Weight of each row: the largest, where an item is repeated. */
  readonly weights: Float32Array;
  readonly unknown: readonly Id[];
}

const doing = "folding in a user";
const optionNames = namesOf<FoldInOptions>({ weights: true, unknownItems: true });

/**
 * Finds the rows of a history's items.
 *
 * @throws {WellbegunError} `invalid-data` naming the position of an unknown item (unless
 * `unknownItems: "skip"`) or of a weight that is not finite and positive, or for a string in place of a list of
 * IDs; `invalid-option` for an unknown option or rule.
 */
export function resolveHistory(
  history: Iterable<Id>,
  { rows, ids }: { readonly rows: number; readonly ids?: IdIndex | undefined },
  options: FoldInOptions = {},
): ResolvedHistory {
  refuseUnknownKeys(doing, options, optionNames);
  expectUnknownItems(options.unknownItems);
  const found = new Map<number, number>();
  const unknown: Id[] = [];
  let position = 0;
  for (const id of expectIterable(doing, "item IDs", history)) {
    const weight = options.weights === undefined ? 1 : options.weights[position]!;
    if (!(Number.isFinite(weight) && weight > 0)) refuse("a finite weight above 0", `${weight}`, position);
    const row = ids === undefined ? id : ids.rowOf(id);
    if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < rows) {
      found.set(row, Math.max(weight, found.get(row) ?? 0));
    } else if (options.unknownItems === "skip") unknown.push(id);
    else refuse("an item that the fit knew", `${typeof id} ${JSON.stringify(String(id))}`, position);
    position++;
  }
  if (options.weights !== undefined && options.weights.length !== position) {
    refuse(`a history of ${options.weights.length} items, as many as weights`, `${position}`, position);
  }
  const sorted = Uint32Array.from(found.keys()).sort();
  return { rows: sorted, weights: Float32Array.from(sorted, (row) => found.get(row)!), unknown };
}

function refuse(expected: string, found: string, position: number): never {
  throw new WellbegunError("invalid-data", {
    doing,
    expected,
    found,
    at: `position ${position} of the history`,
  });
}
