/**
 * Reads interactions, features and tables of vectors by raw ID, from files with named columns.
 * `@wellbegun/adapters/parquet` and `@wellbegun/adapters/arrow` open such files; any other source can implement
 * {@link ColumnSource}.
 *
 * @module
 */

export type { Split } from "../split.ts";
export { datePattern } from "./dates.ts";
export type { IdKind } from "./ids.ts";
export { areRowNumbers, idKind, toId } from "./ids.ts";
export type {
  LogOptions,
  ResolvedCuts,
  ResolvedLog,
  SplitByLabel,
  SplitByTime,
  SplitInteractions,
  TimeCut,
} from "./log.ts";
export { logOptionNames, refuseEmptyCore, resolveLog, splits, splitsOf } from "./log.ts";
export type { ColumnFeatures, ItemRows, ReadFeaturesOptions, RowStore } from "./read-features.ts";
export { readFeatures } from "./read-features.ts";
export { readIds } from "./read-ids.ts";
export type { ReadInteractionsOptions } from "./read-interactions.ts";
export { readInteractions } from "./read-interactions.ts";
export type { ReadVectorsOptions } from "./read-vectors.ts";
export { readVectors } from "./read-vectors.ts";
export type { ColumnBatch, ColumnSource } from "./source.ts";
export { placeOf, requireColumns } from "./source.ts";
export { expectedTime, splitLabels } from "./split-rows.ts";
