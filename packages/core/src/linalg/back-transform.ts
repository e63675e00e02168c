import type { Reflection } from "./tridiagonal.ts";

/**
 * Applies reflections, in their order, to the `count` rows of y (count x n): eigenvectors of the tridiagonal matrix become
 * those of the matrix that it was made from. Four rows at a time, so that each reflection is read once for all four.
 */
export function backTransform(
  reflections: readonly Reflection[],
  y: Float64Array,
  count: number,
  n: number,
): void {
  const whole = count - (count % 4);
  for (let row = 0; row < whole; row += 4) {
    for (const reflection of reflections) reflectFour(reflection, y, row * n, n);
  }
  for (let row = whole; row < count; row++) {
    for (const reflection of reflections) reflectOne(reflection, y, row * n);
  }
}

function reflectFour({ u, h }: Reflection, y: Float64Array, at: number, n: number): void {
  const y0 = at;
  const y1 = y0 + n;
  const y2 = y1 + n;
  const y3 = y2 + n;
  let dot0 = 0;
  let dot1 = 0;
  let dot2 = 0;
  let dot3 = 0;
  for (let k = 0; k < u.length; k++) {
    const x = u[k]!;
    dot0 += x * y[y0 + k]!;
    dot1 += x * y[y1 + k]!;
    dot2 += x * y[y2 + k]!;
    dot3 += x * y[y3 + k]!;
  }
  dot0 /= h;
  dot1 /= h;
  dot2 /= h;
  dot3 /= h;
  for (let k = 0; k < u.length; k++) {
    const x = u[k]!;
    y[y0 + k]! -= dot0 * x;
    y[y1 + k]! -= dot1 * x;
    y[y2 + k]! -= dot2 * x;
    y[y3 + k]! -= dot3 * x;
  }
}

function reflectOne({ u, h }: Reflection, y: Float64Array, at: number): void {
  let dot = 0;
  for (let k = 0; k < u.length; k++) dot += u[k]! * y[at + k]!;
  dot /= h;
  for (let k = 0; k < u.length; k++) y[at + k]! -= dot * u[k]!;
}
