import { createHash } from "node:crypto";
import type { AnyInteractions, FitInput, Observer } from "@wellbegun/core";
import {
  type CompareDataOptions,
  type ComparedBundle,
  type ComparedData,
  compareData as compare,
} from "../bundle/compare-data.ts";
import { type DataIdentity, identifyData as identify } from "../bundle/data-identity.ts";

/**
 * The identity of a dataset, as `identifyData` of `@wellbegun/adapters/bundle` computes it, with Node's
 * SHA-256.
 *
 * @param options The modalities (default: all), and the signal.
 * @throws {WellbegunError} What reading the features throws; `aborted`.
 */
export function identifyData(
  data: FitInput<AnyInteractions>,
  options: Pick<Observer, "signal"> & { readonly modalities?: readonly string[] } = {},
): Promise<DataIdentity> {
  return identify(data, () => createHash("sha256"), options);
}

/**
 * Compares a bundle with the dataset that it is used on, as `compareData` of `@wellbegun/adapters/bundle` does, with
 * Node's SHA-256.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; what reading features throws; `aborted`.
 */
export function compareData(
  bundle: ComparedBundle,
  dataset: FitInput<AnyInteractions>,
  options: Omit<CompareDataOptions, "newHash"> = {},
): Promise<ComparedData> {
  return compare(bundle, dataset, { ...options, newHash: () => createHash("sha256") });
}
