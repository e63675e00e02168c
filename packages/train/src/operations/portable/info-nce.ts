import { exp, log } from "./exponential.ts";

/**
 * Turns a panel of logits into the gradient of InfoNCE by them, in place. The panel holds rows `first ..` of a v^T / t,
 * before the division by t; `counts` says how often each row stands in the batch of `total` rows. Rows have length 1, so
 * that logits are at most 1 / t and no maximum needs to be subtracted.
 *
 * T_rs = (c_r c_s e^{L_rs} / z_r - c_r [r = s]) / (total t), z_r = sum_s c_s e^{L_rs}.
 *
 * @returns The panel's share of the sum of c_r (log z_r - L_rr).
 */
export function infoNcePanel(
  panel: Float32Array,
  columns: number,
  first: number,
  counts: Float64Array,
  total: number,
  temperature: number,
): number {
  const sharpness = 1 / temperature;
  let value = 0;
  for (let at = 0, row = first; at < panel.length; at += columns, row++) {
    const count = counts[row]!;
    const own = panel[at + row]! * sharpness;
    let sum = 0;
    for (let s = 0; s < columns; s++) {
      const e = counts[s]! * exp(panel[at + s]! * sharpness);
      panel[at + s] = e;
      sum += e;
    }
    value += count * (log(sum) - own);
    const share = count / (sum * total * temperature);
    for (let s = 0; s < columns; s++) panel[at + s]! *= share;
    panel[at + row]! -= count / (total * temperature);
  }
  return value;
}

/** The gradient through rows that were divided by their norms: dx = (dy - (y . dy) y) * weight / norm, into `dy`. */
export function throughUnit(dy: Float32Array, y: Float32Array, norms: Float32Array, weight: number): void {
  const columns = y.length / norms.length;
  for (let r = 0; r < norms.length; r++) {
    const at = r * columns;
    let along = 0;
    for (let c = at; c < at + columns; c++) along += dy[c]! * y[c]!;
    const factor = weight / Math.max(norms[r]!, 1e-12);
    for (let c = at; c < at + columns; c++) dy[c] = (dy[c]! - along * y[c]!) * factor;
  }
}
