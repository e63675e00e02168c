import type { InfoNceOptions } from "@wellbegun/core/backend";
import { kernels } from "../../kernels/index.ts";
import { createMatrix, readRows, type WebgpuMatrix } from "../../matrix.ts";
import { expectVisible } from "../../span.ts";
import { multiply } from "../multiply.ts";
import { transformRows } from "../rows.ts";
import { eachRow } from "./each-element.ts";
import { multiplyTransposed } from "./rows.ts";

/** Most bytes of a panel of logits. */
const PANEL_BYTES = 16 * 2 ** 20;

/** InfoNCE and its gradient, in panels of rows, so that no n x n matrix is held. */
export async function infoNce(
  a: WebgpuMatrix,
  v: WebgpuMatrix,
  da: WebgpuMatrix,
  dv: WebgpuMatrix,
  { counts, temperature, weight }: InfoNceOptions,
): Promise<number> {
  const { engine, rows: n, columns } = a;
  const doing = `contrasting ${n} rows of ${columns}`;
  if (n === 0) return 0;
  const { limits } = engine;
  expectVisible(doing, "a row of logits", n * 4, limits);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.min(n, Math.max(1, Math.floor(Math.min(PANEL_BYTES, limits.binding) / (n * 4))));
  const made: WebgpuMatrix[] = [];
  const create = async (rows: number, width: number): Promise<WebgpuMatrix> => {
    const matrix = await createMatrix(engine, rows, width, { uninitialized: true });
    made.push(matrix);
    return matrix;
  };
  try {
    const [left, right] = [await create(n, columns), await create(n, columns)];
    for (const [from, to] of [
      [a, left],
      [v, right],
    ] as const) {
      copyRows(doing, from, 0, to, 0, n);
      await transformRows(to, { unit: true });
    }
    const results = await create(n, 2);
    await engine.withTemporaries(doing, async (temporaries) => {
      const weights = await temporaries.copy(Float32Array.from(counts));
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        const [own, panel, slope] = [
          await create(rows, columns),
          await create(rows, n),
          await create(rows, columns),
        ];
        copyRows(doing, left, first, own, 0, rows);
        await multiplyTransposed(own, right, panel);
        const params = { first, sharpness: 1 / temperature, scale: 1 / (total * temperature) };
        const shared = { counts: weights, results: results.span(0, n) };
        await eachRow(doing, kernels.infoNce, { matrices: { panel }, shared, params });
        await multiply(panel, right, slope, false, false);
        copyRows(doing, slope, 0, da, first, rows);
        await multiply(panel, own, dv, true, first > 0);
        for (const matrix of made.splice(-3)) matrix.dispose();
      }
    });
    await eachRow(doing, kernels.throughUnit, { matrices: { dy: da, x: a }, params: { weight } });
    await eachRow(doing, kernels.throughUnit, { matrices: { dy: dv, x: v }, params: { weight } });
    return await readRows(results, 0, n, (found) => {
      let value = 0;
      for (let r = 0; r < n; r++) value += counts[r]! * (Math.log(found[2 * r]!) - found[2 * r + 1]!);
      return value / total;
    });
  } finally {
    for (const matrix of made) matrix.dispose();
  }
}

/** Copies rows of a matrix to rows of another of the same width. */
function copyRows(
  doing: string,
  from: WebgpuMatrix,
  fromRow: number,
  to: WebgpuMatrix,
  toRow: number,
  rows: number,
): void {
  const { engine, rowBytes } = from;
  const commands = engine.commands(doing);
  commands.copy(from.buffer.raw, fromRow * rowBytes, to.buffer.raw, toRow * rowBytes, rows * rowBytes);
  commands.submit();
}
