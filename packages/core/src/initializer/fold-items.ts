import type { FeatureSource } from "../data/features.ts";
import type { Id, IdIndex } from "../data/ids.ts";
import { expectSameIds } from "../data/same-ids.ts";
import { createTable, type Table } from "../data/table.ts";
import { isWellbegunError, WellbegunError } from "../errors.ts";
import type { UserFolder } from "./user-folder.ts";

/** Items that were folded in. */
export interface FoldedItems {
  /** Rows x d, with the IDs of the features, in the space and scale of the model's item table. */
  readonly items: Table;
  /** Number of items that lack the modality, by modality of the model. */
  readonly missing: Readonly<Record<string, number>>;
  /** Rows without any content, which hold the mean item. */
  readonly empty: readonly number[];
}

const doing = "folding in items";
const blockRows = 1024;

/**
 * Folds in many items at once: row r for row r of the features, as `foldInItem` of the model. A modality that is left out is
 * missing for all of them.
 *
 * @param features Raw features by modality, all of the same items, in the same order.
 * @throws {WellbegunError} `mismatch` where the modalities differ in rows or IDs, and as `foldInItem`.
 */
export async function foldInItems(
  model: Pick<UserFolder, "items" | "foldInItem" | "contentWidths">,
  features: Readonly<Record<string, FeatureSource>>,
): Promise<FoldedItems> {
  const sources = Object.entries(features);
  const { rows, ids } = sharedRows(sources);
  const { columns } = model.items;
  const data = new Float32Array(rows * columns);
  const missing = Object.fromEntries(Object.keys(model.contentWidths).map((name) => [name, 0]));
  const empty: number[] = [];
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const blocks = await Promise.all(
      sources.map(async ([name, source]) => {
        const block = new Float32Array(count * source.columns);
        await source.read(first, count, block);
        return { name, source, block };
      }),
    );
    for (let r = 0; r < count; r++) {
      const row = first + r;
      const content = blocks.map(({ name, source, block }) => {
        if (source.missing?.[row] === 1) return [name, undefined];
        return [name, block.subarray(r * source.columns, (r + 1) * source.columns)];
      });
      const folded = atItem(ids?.ids[row] ?? row, () => model.foldInItem(Object.fromEntries(content)));
      data.set(folded.vector, row * columns);
      for (const name of folded.missing) missing[name]! += 1;
      if (folded.used.length === 0) empty.push(row);
    }
  }
  return { items: createTable(data, rows, columns, ids), missing, empty };
}

/** Adds the item to a refusal. */
function atItem<T>(item: Id, fold: () => T): T {
  try {
    return fold();
  } catch (cause) {
    if (!isWellbegunError(cause)) throw cause;
    const found = `a row that is refused: ${cause.message}`;
    const at = `item ${JSON.stringify(String(item))}`;
    throw new WellbegunError(cause.code, {
      doing,
      expected: "content that the model takes",
      found,
      at,
      cause,
    });
  }
}

/** The number of rows and their IDs, which all modalities share. */
function sharedRows(sources: readonly (readonly [string, FeatureSource])[]): {
  readonly rows: number;
  readonly ids: IdIndex | undefined;
} {
  const [first] = sources;
  if (first === undefined) {
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "features of at least one modality",
      found: "none",
    });
  }
  const { rows } = first[1];
  let ids: IdIndex | undefined;
  for (const [name, source] of sources) {
    const at = source.label ?? `modality ${name}`;
    if (source.rows !== rows) {
      throw new WellbegunError("mismatch", {
        doing,
        expected: `${rows} rows, as ${first[0]} has`,
        found: `${source.rows}`,
        at,
      });
    }
    expectSameIds(doing, at, ids, source.ids);
    ids ??= source.ids;
  }
  return { rows, ids };
}
