import type { WasmMatrix } from "../matrix.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, blocks, DEPTH, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";

/** Rows of both sides that are summed in float32 before their sum is added in float64 (transposed products). */
const SUM_ROWS = 1024;
/** Rows of the result whose float64 sums are kept at a time (transposed products). */
const SUMMED_ROWS = 4096;

/** out = a b (+ out). */
export async function multiply(
  engine: Engine,
  a: WasmMatrix,
  b: WasmMatrix,
  out: WasmMatrix,
  accumulate: boolean,
): Promise<void> {
  const { rows, columns: depth } = a;
  await withTemporaries(engine.heap, "multiplying matrices", async (temporaries) => {
    const widest = roundUp(Math.min(b.columns, BLOCK_COLUMNS), TILE_COLUMNS);
    const packed = await temporaries.allocate(depth * widest * 4);
    for (const [column, columns] of blocks(b.columns, BLOCK_COLUMNS)) {
      const panelColumns = roundUp(columns, TILE_COLUMNS);
      await packColumns(engine, b.address + column * 4, b.stride, depth, columns, packed);
      const calls = [];
      for (const [row, count] of blocks(rows, BLOCK_ROWS)) {
        const to = out.rowAddress(row) + column * 4;
        const shape = [depth, packed, panelColumns, columns] as const;
        calls.push([a.rowAddress(row), a.stride, count, ...shape, to, out.stride, Number(accumulate)]);
      }
      await engine.run("multiplyRows", calls);
    }
  });
}

/** out = a^T b (+ out). */
export async function multiplyTransposed(
  engine: Engine,
  a: WasmMatrix,
  b: WasmMatrix,
  out: WasmMatrix,
  accumulate: boolean,
): Promise<void> {
  await withTemporaries(engine.heap, "multiplying matrices", async (temporaries) => {
    const widest = roundUp(Math.min(b.columns, BLOCK_COLUMNS), TILE_COLUMNS);
    const packed = await temporaries.allocate(Math.min(a.rows, SUM_ROWS) * widest * 4);
    const sums = await temporaries.allocate(Math.min(out.rows, SUMMED_ROWS) * widest * 8);
    for (const [column, columns] of blocks(b.columns, BLOCK_COLUMNS)) {
      const panelColumns = roundUp(columns, TILE_COLUMNS);
      for (const [first, summed] of blocks(out.rows, SUMMED_ROWS)) {
        engine.heap.f64(sums, summed * columns).fill(0);
        for (const [row, depth] of blocks(a.rows, SUM_ROWS)) {
          await packColumns(engine, b.rowAddress(row) + column * 4, b.stride, depth, columns, packed);
          const calls = [];
          for (const [at, count] of blocks(summed, BLOCK_ROWS)) {
            const from = a.rowAddress(row) + (first + at) * 4;
            const to = sums + at * columns * 8;
            calls.push([from, a.stride, count, depth, packed, panelColumns, columns, to]);
          }
          await engine.run("multiplyTransposed", calls);
        }
        const calls = [];
        for (const [at, count] of blocks(summed, BLOCK_ROWS)) {
          const to = out.rowAddress(first + at) + column * 4;
          calls.push([sums + at * columns * 8, count, columns, to, out.stride, Number(accumulate)]);
        }
        await engine.run("storeSums", calls);
      }
    }
  });
}

/** Packs `columns` columns of `depth` rows chunk by chunk, as the right side of a product. */
export async function packColumns(
  engine: Engine,
  from: number,
  stride: number,
  depth: number,
  columns: number,
  to: number,
): Promise<void> {
  const panelColumns = roundUp(columns, TILE_COLUMNS);
  const calls = [];
  for (const [start, chunk] of blocks(depth, DEPTH)) {
    calls.push([from + start * stride, stride, columns, chunk, to + start * panelColumns * 4]);
  }
  await engine.run("packColumnPanels", calls);
}

/** Packs `rows` rows of `depth` values chunk by chunk, as the right side of a product with their transpose. */
export async function packRows(
  engine: Engine,
  from: number,
  stride: number,
  depth: number,
  rows: number,
  to: number,
): Promise<void> {
  const panelColumns = roundUp(rows, TILE_COLUMNS);
  const calls = [];
  for (const [start, chunk] of blocks(depth, DEPTH)) {
    calls.push([from + start * 4, stride, rows, chunk, to + start * panelColumns * 4]);
  }
  await engine.run("packRowPanels", calls);
}
