import type { Backend } from "../backend/backend.ts";
import { upload } from "../data/upload.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import { stepsOf } from "../stages/prepare/steps.ts";
import { projectRows } from "../stages/project/fit-projection.ts";
import type { Projected } from "../stages/project/project.ts";

/**
 * How a raw feature row x of a modality becomes a row of the modality's item table, as in the fit: x becomes (x - shift) scale,
 * divided by its norm with `unit`, then (x - center) matrix.
 */
export interface ContentMap {
  /** Width of raw features, D_m. */
  readonly featureColumns: number;
  /** D_m values; undefined where nothing is subtracted. */
  readonly shift: Float64Array | undefined;
  /** D_m values; undefined where nothing is multiplied. */
  readonly scale: Float64Array | undefined;
  readonly unit: boolean;
  /** D_m values; undefined where nothing is subtracted. */
  readonly center: Float64Array | undefined;
  /** Whitening and projection as one matrix, D_m x d_m, row-major; undefined where there is neither. */
  readonly matrix: Float32Array | undefined;
}

/** The parts of a {@link ContentMap} that the options of a fit lead to. */
export interface ContentMapParts {
  readonly shift: boolean;
  readonly scale: boolean;
  readonly unit: boolean;
  readonly center: boolean;
  readonly matrix: boolean;
}

/** Which parts the map of a modality has. */
export function contentMapParts(
  { prepare, project }: Pick<ResolvedOptions, "prepare" | "project">,
  modality: string,
): ContentMapParts {
  const { centers, standardizes, unit, whitens } = stepsOf(prepare[modality]!);
  const matrix = whitens || project !== "none";
  return { shift: centers, scale: standardizes, unit, center: whitens, matrix };
}

/** The map of a fitted modality. */
export async function readContentMap(
  backend: Backend,
  { blocks, projection }: Projected,
): Promise<ContentMap> {
  const { shift, scale, unit, mixing } = blocks.preparation;
  return {
    featureColumns: blocks.columns,
    shift,
    scale,
    unit,
    center: mixing?.shift,
    matrix: await productOf(backend, mixing?.matrix, projection?.matrix, blocks.columns),
  };
}

async function productOf(
  backend: Backend,
  mixing: Float32Array | undefined,
  projection: Float32Array | undefined,
  rows: number,
): Promise<Float32Array | undefined> {
  if (mixing === undefined || projection === undefined) return mixing ?? projection;
  const uploaded = await upload(backend, projection, rows, projection.length / rows);
  try {
    return await projectRows(backend, mixing, uploaded);
  } finally {
    uploaded.dispose();
  }
}

/** Writes the row of the item table that a raw row becomes, computed in float64. */
export function mapContent(
  { featureColumns, shift, scale, unit, center, matrix }: ContentMap,
  raw: Float32Array,
  into: Float64Array,
): void {
  const row = new Float64Array(featureColumns);
  let squares = 0;
  for (let c = 0; c < featureColumns; c++) {
    const value = (raw[c]! - (shift?.[c] ?? 0)) * (scale?.[c] ?? 1);
    row[c] = value;
    squares += value * value;
  }
  const norm = unit && squares !== 0 ? Math.sqrt(squares) : 1;
  if (matrix === undefined) {
    for (let c = 0; c < into.length; c++) into[c] = row[c]! / norm;
    return;
  }
  into.fill(0);
  for (let r = 0; r < featureColumns; r++) {
    const value = row[r]! / norm - (center?.[r] ?? 0);
    if (value === 0) continue;
    const start = r * into.length;
    for (let c = 0; c < into.length; c++) into[c]! += value * matrix[start + c]!;
  }
}
