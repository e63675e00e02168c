import { type Interactions, WellbegunError } from "@wellbegun/core";
import type { DatasetSource } from "./dataset-source.ts";

/** Rows that a command needs. */
export interface NeededRows {
  readonly doing: string;
  readonly split: "validation" | "test";
  /** What they are for, behind a comma; or which of them count. */
  readonly wanted: string;
  /** Rows that do not count, since their users have seen the items. Default: 0. */
  readonly overlap?: number;
  /** The option that splits a log of interactions. Default: `--split`. */
  readonly option?: string;
}

/** @throws {WellbegunError} `invalid-data` if there are no such rows; the hint says how rows are held out. */
export function refuseWithoutRows(
  rows: Pick<Interactions, "items"> | undefined,
  { label, layout }: Pick<DatasetSource, "label" | "layout">,
  { doing, split, wanted, overlap = 0, option = "--split" }: NeededRows,
): void {
  if (rows !== undefined && rows.items.length > 0) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: `${split} rows${wanted}`,
    found: overlap === 0 ? "none" : `none beside ${overlap} that users have seen`,
    at: label,
    hint:
      layout === "columns"
        ? `Rows are held out with ${option} time:<column> and --${split}-from, or with ${option} label:<column>.`
        : `They have label ${split === "test" ? 2 : 1} in the column of the split, which --label-column names.`,
  });
}
