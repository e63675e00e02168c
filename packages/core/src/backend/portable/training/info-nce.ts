import { exp, log } from "../../../exponential.ts";
import type { InfoNceOptions } from "../../training.ts";
import type { PortableMatrix } from "../matrix.ts";
import { multiply } from "../multiply.ts";
import { rowNorms, transformRows } from "../rows.ts";
import { columnsOf, rowsOf, type Tile } from "../tile.ts";

/** Rows of a panel: with 2048 columns it takes 2 MB, which stays in a processor's cache. */
const PANEL_ROWS = 256;

/** InfoNCE and its gradient, in panels of rows, so that no n x n matrix is held. */
export function infoNce(
  a: PortableMatrix,
  v: PortableMatrix,
  da: PortableMatrix,
  dv: PortableMatrix,
  { counts, temperature, weight }: InfoNceOptions,
  tile: Tile,
): number {
  const { rows, columns } = a;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const left = unitRows(a);
  const right = unitRows(v);
  const panel = new Float32Array(Math.min(PANEL_ROWS, rows) * rows);
  dv.values.fill(0);
  let value = 0;
  for (let first = 0; first < rows; first += PANEL_ROWS) {
    const count = Math.min(PANEL_ROWS, rows - first);
    const logits = panel.subarray(0, count * rows);
    const own = left.unit.subarray(first * columns, (first + count) * columns);
    const ofPanel = { rows: count, columns: rows, depth: columns };
    multiply(
      { ...ofPanel, left: rowsOf(own, columns), right: rowsOf(right.unit, columns) },
      logits,
      false,
      tile,
    );
    value += infoNcePanel(logits, rows, first, counts, total, temperature);
    const slopes = da.values.subarray(first * columns, (first + count) * columns);
    const toLeft = { rows: count, columns, depth: rows };
    multiply(
      { ...toLeft, left: rowsOf(logits, rows), right: columnsOf(right.unit, columns) },
      slopes,
      false,
      tile,
    );
    const toRight = { rows, columns, depth: count };
    multiply(
      { ...toRight, left: columnsOf(logits, rows), right: columnsOf(own, columns) },
      dv.values,
      true,
      tile,
    );
  }
  throughUnit(da.values, left.unit, left.norms, weight);
  throughUnit(dv.values, right.unit, right.norms, weight);
  return rows === 0 ? 0 : value / total;
}

function unitRows({ values, rows, columns }: PortableMatrix): {
  readonly unit: Float32Array;
  readonly norms: Float32Array;
} {
  const unit = values.slice();
  transformRows(unit, rows, columns, { unit: true });
  return { unit, norms: rowNorms(values, rows, columns) };
}

/**
 * Turns a panel of logits into the gradient of InfoNCE by them, in place. The panel holds rows `first ..` of a v^T / t,
 * before the division by t; `counts` says how often each row stands in the batch of `total` rows. Rows have length 1, so
 * that logits are at most 1 / t and no maximum needs to be subtracted.
 *
 * T_rs = (c_r c_s e^{L_rs} / z_r - c_r [r = s]) / (total t), z_r = sum_s c_s e^{L_rs}.
 *
 * @returns The panel's share of the sum of c_r (log z_r - L_rr).
 */
function infoNcePanel(
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
function throughUnit(dy: Float32Array, y: Float32Array, norms: Float32Array, weight: number): void {
  const columns = y.length / norms.length;
  for (let r = 0; r < norms.length; r++) {
    const at = r * columns;
    let along = 0;
    for (let c = at; c < at + columns; c++) along += dy[c]! * y[c]!;
    const factor = weight / Math.max(norms[r]!, 1e-12);
    for (let c = at; c < at + columns; c++) dy[c] = (dy[c]! - along * y[c]!) * factor;
  }
}
