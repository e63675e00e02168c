import { type Id, WellbegunError } from "@wellbegun/core";
import { checkAlignment } from "../bundle/alignment.ts";
import { wholeTable } from "./batches.ts";
import { type Norms, tableNorms } from "./norms.ts";
import type { Vectors } from "./vectors.ts";

/** How vectors are put in the place of a model's table. */
export interface PlacementOptions {
  /**
   * The model's raw IDs in row order, without padding rows. They must be the vectors' own, in the same order. Default: the
   * model's rows are the IDs 0 .. n-1.
   */
  readonly ids?: Iterable<Id> | undefined;
  /** Rows at the table's start that belong to nobody, such as a mask's row 0; they stay as they are. Default: 0. */
  readonly padding?: number | undefined;
  /**
   * `model` (default): one factor gives the vectors the root mean square of the very values they replace, which is what
   * the model's learning rate and regularization were chosen for. `bundle`: as computed.
   */
  readonly scale?: "model" | "bundle" | undefined;
}

/** A model's table before and after. */
export interface Placement {
  /** rows x columns of the whole table, padding rows included, row-major. */
  readonly values: Float32Array;
  /** What the vectors were multiplied with. */
  readonly factor: number;
  /** Of the rows that are replaced, without padding. */
  readonly before: Norms;
  /** Of the vectors in their place. */
  readonly after: Norms;
}

/** A model's table as it stands. */
export interface ModelTable {
  /** What the error calls it. */
  readonly at: string;
  readonly doing: string;
  readonly rows: number;
  readonly columns: number;
  /** The present values, row-major. */
  readonly data: ArrayLike<number>;
}

/**
 * The table that a model is to have: padding rows as they are, then the vectors. Nothing is changed.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference of widths, counts or IDs; `invalid-option` for a padding
 * that is no number of rows; `invalid-data` if the vectors are not finite, or one side is zero and has no scale.
 */
export async function planPlacement(
  model: ModelTable,
  vectors: Vectors,
  { ids, padding = 0, scale = "model" }: PlacementOptions,
): Promise<Placement> {
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
  const own = { count: vectors.rows, ids: vectors.ids };
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
