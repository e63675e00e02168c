import { type Dataset, type IdIndex, WellbegunError } from "@wellbegun/core";
import type { FeatureTable, ModelDefinition } from "./models/model.ts";

/** The dataset without the splits that hold nothing. */
export function withoutEmptySplits({ train, validation, test, features }: Dataset): Dataset {
  const filled = <T extends { readonly items: ArrayLike<number> }>(split: T | undefined): T | undefined =>
    split !== undefined && split.items.length > 0 ? split : undefined;
  return { train, validation: filled(validation), test: filled(test), features };
}

/** The dataset as a model reads it: without weights of train interactions where it ignores them. */
export function asRead(dataset: Dataset, { readsWeights }: Pick<ModelDefinition, "readsWeights">): Dataset {
  return readsWeights ? dataset : { ...dataset, train: { ...dataset.train, weights: undefined } };
}

/**
 * @throws {WellbegunError} `mismatch`, naming the split or the modality whose users or items are not those of `train`, by
 * their number or by their IDs.
 */
export function expectSameItems({ train, validation, test, features }: Dataset): void {
  for (const [name, split] of Object.entries({ validation, test })) {
    if (split === undefined) continue;
    expectRows("users", name, [train.userCount, train.userIds], [split.userCount, split.userIds]);
    expectRows("items", name, [train.itemCount, train.itemIds], [split.itemCount, split.itemIds]);
  }
  for (const [modality, source] of Object.entries(features)) {
    const at = source.label ?? `features of ${modality}`;
    expectRows("items", at, [train.itemCount, train.itemIds], [source.rows, source.ids]);
  }
}

type Rows = readonly [count: number, ids: IdIndex | undefined];

/** Checks that counts agree, and IDs where both sides have them. @param owner whose rows are expected */
export function expectRows(
  what: string,
  at: string,
  [count, ids]: Rows,
  [rows, found]: Rows,
  owner: string = "train",
): void {
  if (rows !== count) throw mismatch(`${count} ${what}, those of ${owner}`, `${rows}`, at);
  if (ids === undefined || found === undefined) return;
  for (let row = 0; row < count; row++) {
    if (ids.ids[row] === found.ids[row]) continue;
    const expected = `the ${what} of ${owner} in their order: ${String(ids.ids[row])}`;
    throw mismatch(expected, String(found.ids[row]), `${at}, row ${row}`);
  }
}

/**
 * Reads the features of all modalities into memory.
 *
 * @throws {WellbegunError} `invalid-data` for a value that is not finite, naming its modality, row and column.
 */
export async function readFeatures({
  features,
}: Pick<Dataset, "features">): Promise<Record<string, FeatureTable>> {
  const tables: Record<string, FeatureTable> = {};
  for (const [modality, source] of Object.entries(features)) {
    const { rows, columns, missing } = source;
    const values = new Float32Array(rows * columns);
    await source.read(0, rows, values);
    for (let row = 0; row < rows; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns);
      if (missing?.[row] === 1) own.fill(0);
      const bad = own.findIndex((value) => !Number.isFinite(value));
      if (bad < 0) continue;
      throw new WellbegunError("invalid-data", {
        doing: "reading features",
        expected: "finite values",
        found: `${own[bad]}`,
        at: `${source.label ?? modality}, row ${row}, column ${bad}`,
      });
    }
    tables[modality] = { rows, columns, values, missing };
  }
  return tables;
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: "reading training data", expected, found, at });
}
