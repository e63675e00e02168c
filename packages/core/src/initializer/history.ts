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
  /**
   * Items that the user dislikes: `negativeFactor` times the mean of their vectors is subtracted (Rocchio 1971):
   *
   *     v = v(history) - g sum_j w_j v({j}) / sum_j w_j
   *
   * v({j}) is the vector of a user who touched item j alone. `unit` scaling and the factors of joined tables come
   * after the subtraction. A repeated item counts once, with its largest weight. Where a modality is missing, or
   * an item has no interactions (in tables from interactions), the item leaves both sums; without any item left
   * nothing is subtracted. Default: none.
   */
  readonly negatives?: Iterable<Id> | undefined;
  /** Weight w_j of each negative, in their order (finite, > 0). Default: all 1. */
  readonly negativeWeights?: ArrayLike<number> | undefined;
  /**
   * g, the weight of the negatives (finite, >= 0). Default: 0.2, the ratio .15 / .75 of the weights of negative
   * and positive examples in Manning, Raghavan and Schuetze 2008, section 9.1.1.
   */
  readonly negativeFactor?: number | undefined;
}

/** A user that was folded in. */
export interface FoldedUser {
  /** d values, in the space and scale of the fit's user table. */
  readonly vector: Float32Array;
  /** Number of distinct items of the history that were used; negatives do not count. */
  readonly used: number;
  /** Items of the history that the fit did not know, and then such negatives. */
  readonly unknown: readonly Id[];
}

/** Rows of the item table with weights. */
export interface WeightedRows {
  /** Distinct rows, ascending. */
  readonly rows: Uint32Array;
  /** Weight of each row: the largest, where an item is repeated. */
  readonly weights: Float32Array;
}

/** A history as rows of the item table. */
export interface ResolvedHistory extends WeightedRows {
  /** The negatives; undefined without any, or if their factor is 0. */
  readonly negatives: Negatives | undefined;
  readonly unknown: readonly Id[];
}

/** Items that are subtracted from a user's vector. */
export interface Negatives extends WeightedRows {
  /** The weight of the mean of the items' vectors. */
  readonly factor: number;
}

/** The items of a fit. */
interface KnownItems {
  readonly rows: number;
  readonly ids?: IdIndex | undefined;
}

const defaultNegativeFactor = 0.2;

const doing = "folding in a user";
const optionNames = namesOf<FoldInOptions>({
  weights: true,
  unknownItems: true,
  negatives: true,
  negativeWeights: true,
  negativeFactor: true,
});

/**
 * Finds the rows of a history's items and of the negatives.
 *
 * @throws {WellbegunError} `invalid-data` naming the position of an unknown item (unless
 * `unknownItems: "skip"`) or of a weight that is not finite and positive, or for a string in place of a list of
 * IDs; `invalid-option` for an unknown option or rule, for weights of negatives without negatives, and for a
 * `negativeFactor` that is not finite and >= 0.
 */
export function resolveHistory(
  history: Iterable<Id>,
  items: KnownItems,
  options: FoldInOptions = {},
): ResolvedHistory {
  refuseUnknownKeys(doing, options, optionNames);
  const { unknownItems, negatives, negativeWeights, negativeFactor = defaultNegativeFactor } = options;
  expectUnknownItems(unknownItems);
  if (!(Number.isFinite(negativeFactor) && negativeFactor >= 0)) {
    refuseOption("negativeFactor", "a finite number >= 0", `${negativeFactor}`);
  }
  if (negatives === undefined && negativeWeights !== undefined) {
    refuseOption("negativeWeights", "negatives that the weights belong to", "none");
  }
  const own = resolveItems("history", history, options.weights, items, unknownItems);
  if (negatives === undefined) return { ...own, negatives: undefined };
  const { unknown, ...other } = resolveItems("negatives", negatives, negativeWeights, items, unknownItems);
  const some = other.rows.length > 0 && negativeFactor > 0;
  return {
    ...own,
    negatives: some ? { ...other, factor: negativeFactor } : undefined,
    unknown: [...own.unknown, ...unknown],
  };
}

function resolveItems(
  what: "history" | "negatives",
  list: Iterable<Id>,
  listWeights: ArrayLike<number> | undefined,
  { rows, ids }: KnownItems,
  unknownItems: UnknownItems | undefined,
): WeightedRows & { readonly unknown: readonly Id[] } {
  const found = new Map<number, number>();
  const unknown: Id[] = [];
  let position = 0;
  const refuse = (expected: string, value: string): never => {
    const at = `position ${position} of the ${what}`;
    throw new WellbegunError("invalid-data", { doing, expected, found: value, at });
  };
  for (const id of expectIterable(doing, "item IDs", list)) {
    const weight = listWeights === undefined ? 1 : listWeights[position]!;
    if (!(Number.isFinite(weight) && weight > 0)) refuse("a finite weight above 0", `${weight}`);
    const row = ids === undefined ? id : ids.rowOf(id);
    if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < rows) {
      found.set(row, Math.max(weight, found.get(row) ?? 0));
    } else if (unknownItems === "skip") unknown.push(id);
    else refuse("an item that the fit knew", `${typeof id} ${JSON.stringify(String(id))}`);
    position++;
  }
  if (listWeights !== undefined && listWeights.length !== position) {
    refuse(`${listWeights.length} items, as many as weights`, `${position}`);
  }
  const sorted = Uint32Array.from(found.keys()).sort();
  return { rows: sorted, weights: Float32Array.from(sorted, (row) => found.get(row)!), unknown };
}

function refuseOption(at: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing, expected, found, at });
}
