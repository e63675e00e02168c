import { log } from "../../../exponential.ts";
import type { InfoNceOptions } from "../../training.ts";
import { WasmMatrix } from "../matrix.ts";
import { multiplyTransposed, packColumns, packRows } from "../products/multiply.ts";
import { rowBlocks, transformRows } from "../rows.ts";
import { type Engine, type Temporaries, withTemporaries } from "../runtime/engine.ts";
import { blocks, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";

/** Rows of a panel: with 2048 columns it takes 2 MB. Gradients by v are rounded once a panel, so it is the same everywhere. */
const PANEL_ROWS = 256;
/** Rows of a panel that one call takes through all steps, so that they stay in the second-level cache. */
const CALL_ROWS = 16;

/** A view with rows of length 1, and the norms (f32) that they had. */
interface UnitRows {
  readonly unit: WasmMatrix;
  readonly norms: number;
}

/** InfoNCE and its gradient, in panels of rows, so that no n x n matrix is held. */
export async function infoNce(
  engine: Engine,
  a: WasmMatrix,
  v: WasmMatrix,
  da: WasmMatrix,
  dv: WasmMatrix,
  { counts, temperature, weight }: InfoNceOptions,
): Promise<number> {
  const { heap } = engine;
  const n = a.rows;
  if (n === 0) return 0;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return await withTemporaries(heap, "computing a contrastive loss", async (temporaries) => {
    const left = await unitRows(engine, temporaries, a);
    const right = await unitRows(engine, temporaries, v);
    const weights = await temporaries.copy(Float32Array.from(counts));
    const results = await temporaries.allocate(n * 16);
    const packed = await packBoth(engine, temporaries, right.unit);
    const panelAddress = await temporaries.allocate(Math.min(PANEL_ROWS, n) * n * 4);
    for (const [first, rows] of blocks(n, PANEL_ROWS)) {
      const own = rowsFrom(engine, left.unit, first, rows);
      const panel = new WasmMatrix(heap, rows, n, panelAddress);
      const calls = [];
      for (const [row, count] of blocks(rows, CALL_ROWS)) {
        const from = [own.rowAddress(row), count, own.columns, ...packed, n, first + row, weights] as const;
        const factors = [1 / temperature, 1 / (total * temperature)] as const;
        const to = [results + (first + row) * 16, panel.rowAddress(row), da.rowAddress(first + row)] as const;
        calls.push([...from, ...factors, ...to]);
      }
      await engine.run("infoNceRows", calls);
      await multiplyTransposed(engine, panel, own, dv, first > 0);
    }
    await throughUnit(engine, da, left, weight);
    await throughUnit(engine, dv, right, weight);
    let value = 0;
    const found = heap.f64(results, 2 * n);
    for (let row = 0; row < n; row++) value += counts[row]! * (log(found[2 * row]!) - found[2 * row + 1]!);
    return value / total;
  });
}

/** A view of some rows; it is not released. */
function rowsFrom({ heap }: Engine, x: WasmMatrix, first: number, rows: number): WasmMatrix {
  return new WasmMatrix(heap, rows, x.columns, x.rowAddress(first));
}

/** A matrix packed as the right side of products with its transpose, and with itself. */
async function packBoth(
  engine: Engine,
  temporaries: Temporaries,
  { address, stride, rows, columns }: WasmMatrix,
): Promise<readonly [byRows: number, byColumns: number]> {
  const byRows = await temporaries.allocate(columns * roundUp(rows, TILE_COLUMNS) * 4);
  await packRows(engine, address, stride, columns, rows, byRows);
  const byColumns = await temporaries.allocate(rows * roundUp(columns, TILE_COLUMNS) * 4);
  await packColumns(engine, address, stride, rows, columns, byColumns);
  return [byRows, byColumns];
}

async function unitRows(engine: Engine, temporaries: Temporaries, x: WasmMatrix): Promise<UnitRows> {
  const { heap } = engine;
  const { rows, columns } = x;
  const bytes = rows * x.stride;
  const norms = await temporaries.allocate(rows * 4);
  const unit = new WasmMatrix(heap, rows, columns, await temporaries.allocate(bytes));
  const calls = [];
  for (const [row, count] of rowBlocks(rows, columns)) {
    calls.push([x.rowAddress(row), count, columns, norms + row * 4]);
  }
  await engine.run("rowNorms", calls);
  engine.kernels.copyBytes(unit.address, x.address, bytes);
  await transformRows(engine, unit, { unit: true });
  return { unit, norms };
}

/** The gradient by the rows before they were divided by their norms, in place, times `weight`. */
async function throughUnit(
  engine: Engine,
  slope: WasmMatrix,
  { unit, norms }: UnitRows,
  weight: number,
): Promise<void> {
  const calls = [];
  for (const [row, count] of rowBlocks(slope.rows, slope.columns)) {
    const from = [slope.rowAddress(row), unit.rowAddress(row), norms + row * 4] as const;
    calls.push([...from, count, slope.columns, weight]);
  }
  await engine.run("throughUnit", calls);
}
