import type { View, Views } from "../../src/pretrain/views.ts";

/** One modality of {@link unifiedLoss}: plain float64 rows, and its maps. */
export interface PlainModality {
  /** n rows of D_m. */
  readonly x: readonly (readonly number[])[];
  readonly missing: readonly boolean[];
  /** d x D_m, row-major. */
  readonly encoder: Float64Array;
  /** D_m x d, row-major. */
  readonly decoder: Float64Array;
}

export interface LossWeights {
  readonly visible: number;
  readonly contrast: number;
  readonly temperature: number;
  readonly similarity: number;
}

/** The loss of `pretrain` as its docstring has it, item by item and pair by pair, in float64. */
export function unifiedLoss(
  modalities: readonly PlainModality[],
  d: number,
  { whole, parts }: Views,
  weights: LossWeights,
): number {
  const n = modalities[0]!.x.length;
  const views = parts === undefined ? [whole] : [whole, ...parts];
  const encoded = views.map((view) =>
    Array.from({ length: n }, (_, row) => encode(modalities, d, view, row)),
  );
  const [all, one, others] = encoded;
  const reconstruction = mean(
    views.map((view, v) => reconstructionOf(modalities, view, encoded[v]!, weights)),
  );
  let contrast = 0;
  if (one !== undefined && others !== undefined) {
    const both = one.flatMap((a, row) => (a && others[row] ? [[unit(a), unit(others[row])] as const] : []));
    const nce = (from: 0 | 1): number =>
      mean(
        both.map((pair, row) => {
          const logits = both.map((other) => dot(pair[from], other[1 - from]!) / weights.temperature);
          return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[row]!;
        }),
      );
    contrast = (nce(0) + nce(1)) / 2;
  }
  const features = Array.from({ length: n }, (_, row) =>
    unit(
      modalities.flatMap(({ x, missing }) =>
        x[row]!.map((value) => (missing[row] ? 0 : value / Math.sqrt(x[row]!.length))),
      ),
    ),
  );
  let squares = 0;
  for (let r = 0; r < n; r++) {
    for (let s = 0; s < n; s++) squares += (dot(all![r]!, all![s]!) - dot(features[r]!, features[s]!)) ** 2;
  }
  return reconstruction + weights.contrast * contrast + (weights.similarity * Math.sqrt(squares)) / n;
}

/** z of an item in a view; undefined if the view shows none of its modalities. */
function encode(
  modalities: readonly PlainModality[],
  d: number,
  { columns }: View,
  row: number,
): number[] | undefined {
  const tokens = modalities.flatMap(({ x, missing, encoder }, m) => {
    const mask = columns[m];
    if (mask === undefined || missing[row]) return [];
    const width = mask.length;
    return [
      Array.from({ length: d }, (_, k) =>
        x[row]!.reduce((sum, value, c) => sum + value * mask[c]! * encoder[k * width + c]!, 0),
      ),
    ];
  });
  if (tokens.length === 0) return undefined;
  return Array.from({ length: d }, (_, k) => mean(tokens.map((token) => token[k]!)));
}

function reconstructionOf(
  modalities: readonly PlainModality[],
  { columns }: View,
  encoded: readonly (readonly number[] | undefined)[],
  { visible }: LossWeights,
): number {
  return mean(
    modalities.map(({ x, missing, decoder }, m) => {
      let [sum, total] = [0, 0];
      for (const [row, z] of encoded.entries()) {
        if (z === undefined || missing[row]) continue;
        for (const [c, value] of x[row]!.entries()) {
          const weight = (columns[m]?.[c] ?? 0) > 0 ? visible : 1;
          const found = z.reduce((all, one, k) => all + one * decoder[c * z.length + k]!, 0);
          sum += weight * (found - value) ** 2;
          total += weight;
        }
      }
      return total === 0 ? 0 : sum / total;
    }),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

function unit(a: readonly number[]): number[] {
  const norm = Math.sqrt(dot(a, a));
  return a.map((value) => value / norm);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
