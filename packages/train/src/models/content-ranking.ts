import type { Matrix } from "@wellbegun/core/backend";
import type { Batch, CompactBatch } from "../batch.ts";
import type { Device } from "../operations/device.ts";
import { clear, gather } from "../operations/rows.ts";
import { withScope } from "../operations/scope.ts";
import { addRankingGradients } from "./batch-rows.ts";
import type { Parameter } from "./parameters.ts";

/** A linear map of features to the vectors' width: F W^T, without a bias, which cancels between an item and its negative. */
export interface ContentMap {
  /** F, items x columns. */
  readonly features: Parameter;
  /** W, dimensions x columns. */
  readonly weight: Parameter;
}

/** What {@link addContentGradients} takes of a batch. */
export interface ContentBatch {
  /** The vectors of the batch's users. */
  readonly users: Matrix;
  /** The gradient by them, to which it adds. */
  readonly slope: Matrix;
  /** The pairs, by the rows of all users and items. */
  readonly batch: Batch;
  /** The same pairs; its users are the rows of `users`. */
  readonly compact: CompactBatch;
  /** Weight of the loss. */
  readonly weight: number;
}

/**
 * The rows of a pair take as much time as mapping one row to this many dimensions. Measured at 64 dimensions with 2,048 and 8,192
 * pairs: on TikTok, CiteULike, LFM-2k and ML-1M the quicker way is chosen.
 */
const PAIR_DIMENSIONS = 16;

/** Most items of a batch that are mapped instead of its users, whose pairs are as wide as the features. */
export function mostMappedItems(users: number, pairs: number, dimensions: number): number {
  return users + (pairs * PAIR_DIMENSIONS) / dimensions;
}

/**
 * Adds the gradients of a batch's ranking loss against content; returns the weighted loss. A score is c_u . (W f_i) = (c_u W) . f_i:
 * either the batch's items are mapped or its users, whichever takes less time. Only rounding differs.
 */
export async function addContentGradients(
  device: Device,
  map: ContentMap,
  batch: ContentBatch,
): Promise<number> {
  const { users, items } = batch.compact.rows;
  const most = mostMappedItems(users.length, batch.batch.users.length, batch.users.columns);
  return await (items.length <= most ? mapItems : mapUsers)(device, map, batch);
}

/** {@link addContentGradients} by W f_i, of the batch's items. */
export async function mapItems(
  device: Device,
  { features, weight: map }: ContentMap,
  { users, slope, compact: { rows, batch }, weight }: ContentBatch,
): Promise<number> {
  const { backend, operations: op } = device;
  return await withScope(backend, async (scope) => {
    const f = await gather(op, scope, features.value, rows.items);
    const content = await scope.result(f.rows, users.columns);
    await op.multiplyTransposed(f, map.value, content);
    const slopes = { users: slope, items: await scope.like(content) };
    const loss = await addRankingGradients(device, { users, items: content }, slopes, batch, { weight });
    await backend.multiply(slopes.items, f, map.gradient, { transposeA: true });
    const back = await scope.resultLike(f);
    await backend.multiply(slopes.items, map.value, back);
    await clear(backend, features.gradient);
    await op.scatterRows(back, rows.items, features.gradient);
    return weight * loss;
  });
}

/** {@link addContentGradients} by c_u W, of the batch's users. */
export async function mapUsers(
  device: Device,
  { features, weight: map }: ContentMap,
  { users, slope, batch, compact, weight }: ContentBatch,
): Promise<number> {
  const { backend, operations: op } = device;
  // The users of the pairs are rows of `users`, and their items rows of the features.
  const pairs = { ...batch, users: compact.batch.users };
  return await withScope(backend, async (scope) => {
    const mapped = await scope.result(users.rows, map.value.columns);
    await backend.multiply(users, map.value, mapped);
    const tables = { users: mapped, items: features.value };
    const slopes = { users: await scope.like(mapped), items: features.gradient };
    await clear(backend, slopes.items);
    const loss = await addRankingGradients(device, tables, slopes, pairs, { weight });
    await backend.multiply(users, slopes.users, map.gradient, { transposeA: true });
    const back = await scope.resultLike(users);
    await op.multiplyTransposed(slopes.users, map.value, back);
    await backend.addScaled(slope, back, 1);
    return weight * loss;
  });
}
