import { type FeatureSource, type Interactions, WellbegunError } from "@wellbegun/core";
import type { FeatureTable } from "./models/model.ts";

/** Interactions by split, and the content features of the items. */
export interface TrainingData {
  /** What is trained on. Held-out interactions must not be among them. */
  readonly train: Interactions;
  /** Held-out interactions that the best epoch is chosen by; the same users and items as `train`. */
  readonly validation?: Interactions | undefined;
  /** Held-out interactions that are only reported on; the same users and items as `train`. */
  readonly test?: Interactions | undefined;
  /** Features by modality, each with one row for every item of `train`, in the same order. */
  readonly features?: Readonly<Record<string, FeatureSource>> | undefined;
  /** What to call the dataset. */
  readonly name?: string | undefined;
}

/** @throws {WellbegunError} `mismatch`, naming the split or the modality whose users or items are not those of `train`. */
export function expectSameItems({ train, validation, test, features = {} }: TrainingData): void {
  for (const [name, split] of [
    ["validation", validation],
    ["test", test],
  ] as const) {
    if (split === undefined) continue;
    if (split.userCount === train.userCount && split.itemCount === train.itemCount) continue;
    throw mismatch(
      `${train.userCount} users and ${train.itemCount} items, those of train`,
      `${split.userCount} and ${split.itemCount}`,
      name,
    );
  }
  for (const [modality, source] of Object.entries(features)) {
    if (source.rows === train.itemCount) continue;
    throw mismatch(`${train.itemCount} rows, one for each item`, `${source.rows}`, `features of ${modality}`);
  }
}

/**
 * Reads the features of all modalities into memory.
 *
 * @throws {WellbegunError} `invalid-data` for a value that is not finite, naming its modality, row and column.
 */
export async function readFeatures({ features = {} }: TrainingData): Promise<Record<string, FeatureTable>> {
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
