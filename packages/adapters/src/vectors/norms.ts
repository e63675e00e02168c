/** How large a table's vectors are. */
export interface Norms {
  /** Root mean square of the values. */
  readonly rms: number;
  /** Mean Euclidean norm of the rows; 0 without rows. */
  readonly meanRowNorm: number;
}

/** Sizes of a row-major table, summed in float64. */
export function tableNorms(data: ArrayLike<number>, columns: number): Norms {
  let squares = 0;
  let norms = 0;
  const rows = columns === 0 ? 0 : data.length / columns;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += data[i]! * data[i]!;
    squares += sum;
    norms += Math.sqrt(sum);
  }
  return { rms: Math.sqrt(squares / Math.max(1, data.length)), meanRowNorm: norms / Math.max(1, rows) };
}
