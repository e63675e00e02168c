/** Lengths of a table's rows. */
export interface NormDistribution {
  readonly mean: number;
  /** Population standard deviation. */
  readonly deviation: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Bins of equal width; `count` rows have a norm in [from, to), the last bin's `to` included. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** L2 norm of each row, in float64. */
export function rowNorms(table: Float32Array, columns: number): Float64Array {
  const norms = new Float64Array(table.length / columns);
  for (let r = 0; r < norms.length; r++) {
    let squares = 0;
    for (let c = r * columns; c < (r + 1) * columns; c++) squares += table[c]! * table[c]!;
    norms[r] = Math.sqrt(squares);
  }
  return norms;
}

/** The rows divided by their norms; rows of zeros are unchanged. */
export function unitRows(table: Float32Array, columns: number): Float32Array {
  const norms = rowNorms(table, columns);
  const unit = new Float32Array(table.length);
  for (let r = 0; r < norms.length; r++) {
    const norm = norms[r]! || 1;
    for (let c = r * columns; c < (r + 1) * columns; c++) unit[c] = table[c]! / norm;
  }
  return unit;
}

/** Distribution of the L2 norms of the rows (>= 0). Without rows all figures are 0 and there are no bins. */
export function normDistribution(table: Float32Array, columns: number, bins: number = 24): NormDistribution {
  const sorted = rowNorms(table, columns).sort();
  if (sorted.length === 0) return { mean: 0, deviation: 0, min: 0, median: 0, max: 0, histogram: [] };
  const mean = sorted.reduce((sum, norm) => sum + norm, 0) / sorted.length;
  const variance = sorted.reduce((sum, norm) => sum + (norm - mean) ** 2, 0) / sorted.length;
  const [min, max] = [sorted[0]!, sorted.at(-1)!];
  const middle = sorted.length / 2;
  const width = (max - min) / bins;
  const counts = new Array<number>(width === 0 ? 1 : bins).fill(0);
  for (const norm of sorted)
    counts[width === 0 ? 0 : Math.min(bins - 1, Math.floor((norm - min) / width))]!++;
  return {
    mean,
    deviation: Math.sqrt(variance),
    min,
    median: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
    max,
    histogram: counts.map((count, bin) => ({
      from: min + bin * width,
      to: bin === counts.length - 1 ? max : min + (bin + 1) * width,
      count,
    })),
  };
}
