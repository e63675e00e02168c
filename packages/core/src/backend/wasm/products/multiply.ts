import type { WasmMatrix } from "../matrix.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, blocks, DEPTH, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";

/** Rows that are packed at a time (transposed products). */
const PACKED_ROWS = 8192;
/** Fewest columns that a call multiplies by, since each call packs its rows of the left side anew. */
const SLICE_COLUMNS = 32;
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
    const packed = await temporaries.allocate(Math.min(a.rows, PACKED_ROWS) * widest * 4);
    const sums = await temporaries.allocate(Math.min(out.rows, SUMMED_ROWS) * widest * 8);
    for (const [column, columns] of blocks(b.columns, BLOCK_COLUMNS)) {
      const panelColumns = roundUp(columns, TILE_COLUMNS);
      for (const [first, summed] of blocks(out.rows, SUMMED_ROWS)) {
        const slice = columnsOfCall(columns, Math.ceil(summed / BLOCK_ROWS), engine.threads);
        // Without rows the sums are 0.
        const parts = a.rows === 0 ? [[0, 0] as const] : blocks(a.rows, PACKED_ROWS);
        for (const [row, depth] of parts) {
          await packColumns(engine, b.rowAddress(row) + column * 4, b.stride, depth, columns, packed);
          const ends = row + depth === a.rows;
          const calls = [];
          for (const [at, count] of blocks(summed, BLOCK_ROWS)) {
            const from = a.rowAddress(row) + (first + at) * 4;
            for (const [skipped, width] of blocks(columns, slice)) {
              const shape = [count, depth, packed, panelColumns, skipped, width] as const;
              const sum = sums + (at * columns + count * skipped) * 8;
              const to = ends ? out.rowAddress(first + at) + (column + skipped) * 4 : 0;
              const result = [sum, Number(row > 0), to, out.stride, Number(accumulate)] as const;
              calls.push([from, a.stride, ...shape, ...result]);
            }
          }
          await engine.run("multiplyTransposed", calls);
        }
      }
    }
  });
}

/** Columns that one call multiplies by: fewer where the blocks of rows are too few for all threads. */
function columnsOfCall(columns: number, rowBlocks: number, threads: number): number {
  const slices = threads === 1 ? 1 : Math.ceil((2 * threads) / rowBlocks);
  return Math.max(SLICE_COLUMNS, roundUp(Math.ceil(columns / slices), TILE_COLUMNS));
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
