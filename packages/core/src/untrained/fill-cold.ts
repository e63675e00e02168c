import { type Interactions, itemDegrees } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { cholesky, solveLower, solveUpper } from "../linalg/cholesky.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import { FilledModel } from "./filled-model.ts";
import { rowAt } from "./joined-initializer.ts";
import type { FoldingModel } from "./joined-model.ts";

/** Options of {@link fillColdItems}. */
export interface FillColdOptions {
  /**
   * Norm of a filled row, in units of the median norm of the least popular items that are not cold. Larger
   * values recommend cold items more often, in place of items that more users want. Default: 1.
   */
  readonly factor?: number | undefined;
  /** Largest number of train interactions of a cold item. Default: 2. */
  readonly coldDegree?: number | undefined;
}

const optionNames = namesOf<FillColdOptions>({ factor: true, coldDegree: true });

/** Ridge of the regression, as a share of the mean diagonal entry of its Gram matrix. */
const ridge = 1e-2;

/**
 * Gives cold items the collaborative rows that their content predicts: a ridge regression of the other items'
 * rows on their content's rows, weighted by the square root of their degrees, then one norm for all filled rows.
 * Users are unchanged, and users are folded in by the given model, so that a filled row never changes a user.
 * Items without content keep their rows.
 *
 * Cold items are found far more often, and all others less: both must be measured on the data at hand.
 *
 * @param model The collaborative model, such as `spectral`'s.
 * @param content I x d: the items' content, such as the `items` of a fit.
 * @throws {WellbegunError} `mismatch` if the model, the content and the interactions have other numbers of items;
 * `invalid-option` for a factor or a degree out of range, and for an option that does not exist.
 */
export function fillColdItems(
  model: FoldingModel,
  content: Table,
  train: Interactions,
  options: FillColdOptions = {},
): FilledModel {
  refuseUnknownKeys("filling cold items", options, optionNames);
  const { factor = 1, coldDegree = 2 } = options;
  if (!(Number.isSafeInteger(coldDegree) && coldDegree >= 0)) {
    refuse("a whole number >= 0", coldDegree, "coldDegree");
  }
  for (const [at, rows] of [
    ["model", model.items.rows],
    ["content", content.rows],
  ] as const) {
    if (rows === train.itemCount) continue;
    throw new WellbegunError("mismatch", {
      doing: "filling cold items",
      expected: `${train.itemCount} items, as the interactions have`,
      found: `${rows}`,
      at,
    });
  }
  const degrees = itemDegrees({ ...train, weights: undefined });
  const { columns } = model.items;
  const weights = regression(content, model.items, degrees, coldDegree);
  const norm = usualNorm(model.items, degrees, coldDegree);
  const cold = Int32Array.from(degrees.keys()).filter((item) => degrees[item]! <= coldDegree);
  const items = new Int32Array(cold.length);
  const directions = new Float64Array(cold.length * columns);
  const predicted = new Float64Array(columns);
  let filled = 0;
  for (const item of cold) {
    predict(rowAt(content, item), weights, predicted);
    const own = Math.sqrt(predicted.reduce((sum, value) => sum + value * value, 0));
    if (own === 0) continue;
    items[filled] = item;
    for (let c = 0; c < columns; c++) directions[filled * columns + c] = predicted[c]! / own;
    filled++;
  }
  const rows = {
    items: items.slice(0, filled),
    directions: directions.slice(0, filled * columns),
    norm,
  };
  return new FilledModel(model, rows, factor);
}

/** W, d x k: the rows of warm items are about their content's rows times W. */
function regression(
  content: Table,
  target: Table,
  degrees: ArrayLike<number>,
  coldDegree: number,
): Float64Array {
  const [d, k] = [content.columns, target.columns];
  const gram = new Float64Array(d * d);
  const cross = new Float64Array(d * k);
  for (let item = 0; item < content.rows; item++) {
    if (degrees[item]! <= coldDegree) continue;
    const weight = Math.sqrt(degrees[item]!);
    const [from, to] = [item * d, item * k];
    for (let a = 0; a < d; a++) {
      const value = weight * content.data[from + a]!;
      if (value === 0) continue;
      for (let b = 0; b < d; b++) gram[a * d + b]! += value * content.data[from + b]!;
      for (let c = 0; c < k; c++) cross[a * k + c]! += value * target.data[to + c]!;
    }
  }
  let trace = 0;
  for (let a = 0; a < d; a++) trace += gram[a * d + a]!;
  for (let a = 0; a < d; a++) gram[a * d + a]! += (ridge * trace) / d;
  const lower = cholesky(gram, d, 1e-12);
  const column = new Float64Array(d);
  for (let c = 0; c < k; c++) {
    for (let a = 0; a < d; a++) column[a] = cross[a * k + c]!;
    solveLower(lower, d, column);
    solveUpper(lower, d, column);
    for (let a = 0; a < d; a++) cross[a * k + c] = column[a]!;
  }
  return cross;
}

function predict(row: Float32Array, weights: Float64Array, into: Float64Array): void {
  into.fill(0);
  for (const [a, value] of row.entries()) {
    if (value === 0) continue;
    for (let c = 0; c < into.length; c++) into[c]! += value * weights[a * into.length + c]!;
  }
}

/**
 * The median norm of the items that are barely not cold: degrees up to four times the cold degree plus 4, or all
 * warm items if there are none of these.
 */
function usualNorm(items: Table, degrees: ArrayLike<number>, coldDegree: number): number {
  const upTo = (most: number): number[] => {
    const norms: number[] = [];
    for (let item = 0; item < items.rows; item++) {
      if (degrees[item]! > coldDegree && degrees[item]! <= most)
        norms.push(Math.hypot(...rowAt(items, item)));
    }
    return norms.sort((a, b) => a - b);
  };
  const barely = upTo(4 * coldDegree + 4);
  const norms = barely.length > 0 ? barely : upTo(Number.POSITIVE_INFINITY);
  return norms[norms.length >> 1] ?? 0;
}

function refuse(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "filling cold items",
    expected,
    found: `${found}`,
    at,
  });
}
