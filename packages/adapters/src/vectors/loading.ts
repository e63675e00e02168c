import { type Id, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { checkAlignment } from "../bundle/alignment.ts";
import { wholeIds, wholeTable } from "./batches.ts";
import { type Norms, tableNorms } from "./norms.ts";
import type { Vectors } from "./vectors.ts";

/** Options that say how vectors replace a model's table. */
export interface LoadingOptions {
  /**
   * The model's raw IDs in row order, without padding rows. They must be the vectors' IDs, in the same order.
   * Default: the model's rows are the IDs 0 .. n-1.
   */
  readonly ids?: Iterable<Id> | undefined;
  /** Padding rows at the table's start, such as a mask's row 0; they are unchanged. Default: 0. */
  readonly padding?: number | undefined;
  /**
   * `model` (default): one factor gives the vectors the root mean square of the values they replace, for which
   * the model's learning rate and regularization were chosen. `bundle`: as computed.
   */
  readonly scale?: "model" | "bundle" | undefined;
}

const optionNames = namesOf<LoadingOptions>({ ids: true, padding: true, scale: true });

/** A model's table before and after. */
export interface LoadingPlan {
  /** rows x columns of the whole table, padding rows included, row-major. */
  readonly values: Float32Array;
  /** The factor by which the vectors were multiplied. */
  readonly factor: number;
  /** Sizes of the replaced rows, without padding. */
  readonly before: Norms;
  /** Sizes of the vectors that replace them. */
  readonly after: Norms;
}

/** A model's present table. */
export interface ModelTable {
  /** The table's name in errors. */
  readonly at: string;
  readonly doing: string;
  readonly rows: number;
  readonly columns: number;
  /** The present values, row-major. */
  readonly data: ArrayLike<number>;
}

/**
 * The new table of a model: the unchanged padding rows, then the vectors. The inputs are not modified.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference of widths, counts or IDs; `invalid-option`
 * for an invalid number of padding rows, or an option that there is not; `invalid-data` if the vectors are not finite, or all values on one
 * side are zero, so that it has no scale.
 */
export async function planLoading(
  model: ModelTable,
  vectors: Vectors,
  options: LoadingOptions,
): Promise<LoadingPlan> {
  refuseUnknownKeys(model.doing, options, optionNames);
  const { ids, padding = 0, scale = "model" } = options;
  const { at, doing, columns } = model;
  const { kind } = vectors;
  if (!Number.isSafeInteger(padding) || padding < 0 || padding > model.rows) {
    const expected = `a number of rows from 0 to ${model.rows}`;
    throw new WellbegunError("invalid-option", {
      doing,
      expected,
      found: `${padding}`,
      at: "option padding",
    });
  }
  if (scale !== "model" && scale !== "bundle") {
    const expected = "model or bundle";
    throw new WellbegunError("invalid-option", { doing, expected, found: String(scale), at: "option scale" });
  }
  if (vectors.columns !== columns) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${columns} columns, as the model's table has`,
      found: `${vectors.columns} in the vectors`,
      at,
      hint: "Give both the same width: the init's option dim, or the model's embedding size.",
    });
  }
  const count = model.rows - padding;
  const own = { count: vectors.rows, ids: await wholeIds(vectors) };
  checkAlignment(
    kind === "users"
      ? { userCount: own.count, userIds: own.ids }
      : { itemCount: own.count, itemIds: own.ids },
    kind === "users" ? { userCount: count, userIds: ids } : { itemCount: count, itemIds: ids },
  );
  const table = await wholeTable(vectors, doing);
  const values = Float32Array.from(model.data);
  const replaced = values.subarray(padding * columns);
  const before = tableNorms(replaced, columns);
  const factor = scale === "bundle" ? 1 : scaleFactor(tableNorms(table, columns).rms, before.rms, model);
  for (let i = 0; i < table.length; i++) replaced[i] = table[i]! * factor;
  return { values, factor, before, after: tableNorms(replaced, columns) };
}

function scaleFactor(own: number, target: number, { at, doing }: ModelTable): number {
  if (own > 0 && target > 0) return target / own;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "values other than zero on both sides",
    found: `a root mean square of ${own} to become ${target}`,
    at,
    hint: 'scale: "bundle" takes the vectors as they are.',
  });
}
