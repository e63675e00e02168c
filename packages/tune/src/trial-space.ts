import type { Backend, InteractionBlock, Interactions } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import {
  type Combination,
  type CombinedPart,
  type FeatureBlocks,
  type FuseInput,
  itemTerms,
  meanItem,
  openFusion,
  type Smoothing,
  smoothTable,
  type Terms,
  upload,
  type WeightedBlocks,
} from "@wellbegun/core/stages";
import type { Cached } from "./lru-cache.ts";

/** One modality after projection: its items and its projection matrix. */
export interface ProjectedModality {
  readonly modality: string;
  readonly items: FuseInput["items"];
  readonly projection: Matrix | undefined;
  readonly mean: Float32Array;
  readonly missing: Uint8Array | undefined;
}

/** The items of every modality where users are aggregated, how they become one table, and that table of the items. */
export interface TrialSpace extends Cached {
  readonly parts: readonly ProjectedModality[];
  readonly combination: Combination;
  /** Items x d. */
  readonly fused: Matrix;
}

/**
 * Projects the items of every modality, and fuses them into one table.
 *
 * @param matrices D_m x dim, row-major, by modality. Undefined: no projection; the modalities are concatenated.
 * @param dim Width of the projection; null without one.
 */
export async function projectSpace(
  backend: Backend,
  sides: readonly WeightedBlocks[],
  matrices: Readonly<Record<string, Float32Array>> | undefined,
  dim: number | null,
  smoothing: Smoothing | undefined,
): Promise<TrialSpace> {
  const own: Matrix[] = [];
  const parts: ProjectedModality[] = [];
  const combined: CombinedPart[] = [];
  let width = 0;
  for (const { modality, blocks, weight } of sides) {
    let items: FuseInput["items"] = blocks;
    let projection: Matrix | undefined;
    if (matrices !== undefined) {
      projection = await upload(backend, matrices[modality]!, blocks.columns, dim!);
      const projected = await backend.create(blocks.rows, dim!);
      own.push(projection, projected);
      await backend.multiply(await blocks.load(0), projection, projected);
      if (smoothing !== undefined) await smoothItems(backend, projected, blocks, smoothing);
      items = { ...blocks, columns: dim!, load: async () => projected };
    }
    const { missing } = blocks;
    const mean = await meanItem(backend, items, missing);
    parts.push({ modality, items, projection, mean, missing });
    combined.push({ modality, weight, columnOffset: matrices === undefined ? width : 0 });
    width += items.columns;
  }
  const combination = { width: dim ?? width, parts: combined, projectedTogether: [] };
  const inputs = parts.map(({ modality, items, mean }) => ({ modality, items, points: mean }));
  const terms = parts.map(({ items, missing }) => itemTerms(items.rows, 0, missing));
  const fused = await fusedTable(backend, inputs, terms, combination, parts[0]!.items.rows);
  own.push(fused);
  const bytes = own.reduce((sum, { rows, columns }) => sum + rows * columns * 4, 0);
  const dispose = (): void => {
    for (const matrix of own) matrix.dispose();
  };
  return { parts, combination, fused, bytes, dispose };
}

/** All users in one block. */
export function wholeBlock({ userCount: rows, offsets, items, weights }: Interactions): InteractionBlock {
  return { firstRow: 0, rows, offsets, items, weights };
}

/** fuse and combine: the fused table of all rows. */
export async function fusedTable(
  backend: Backend,
  inputs: readonly FuseInput[],
  terms: readonly Terms[],
  combination: Combination,
  rows: number,
): Promise<Matrix> {
  const gatherRows = inputs[0]!.items.rows;
  const fusion = await openFusion(backend, inputs, { combination, perModality: false, gatherRows });
  try {
    const { fused } = await fusion.make(terms, rows);
    const table = await backend.create(fused.rows, fused.columns);
    await backend.addScaled(table, fused, 1);
    return table;
  } finally {
    fusion.dispose();
  }
}

/** Smooths projected items; rows without the modality are zero again afterwards, since they get the mean item. */
async function smoothItems(
  backend: Backend,
  items: Matrix,
  blocks: FeatureBlocks,
  smoothing: Smoothing,
): Promise<void> {
  const table = { ...blocks, columns: items.columns, gatherInto: undefined, load: async () => items };
  await smoothTable(backend, table, smoothing);
  if (blocks.missing !== undefined) {
    await backend.transformRows(items, { unit: false, missing: blocks.missing });
  }
}
