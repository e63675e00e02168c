import { createHash } from "node:crypto";
import type { FitInput } from "@wellbegun/core";
import {
  type CompareDataOptions,
  type ComparedBundle,
  type ComparedData,
  compareData as compare,
} from "../bundle/compare-data.ts";

/**
 * Compares a bundle with the dataset that it is used on, as `compareData` of `@wellbegun/adapters/bundle` does, with
 * Node's SHA-256.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; what reading features throws; `aborted`.
 */
export function compareData(
  bundle: ComparedBundle,
  dataset: FitInput,
  options: Omit<CompareDataOptions, "newHash"> = {},
): Promise<ComparedData> {
  return compare(bundle, dataset, { ...options, newHash: () => createHash("sha256") });
}
