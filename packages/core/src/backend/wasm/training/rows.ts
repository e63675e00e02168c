import type { WasmMatrix } from "../matrix.ts";
import { packRows } from "../products/multiply.ts";
import { rowBlocks } from "../rows.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, blocks, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import { valueBlocks } from "./blocks.ts";

/** Bytes of a cache line: threads do not share one. */
const LINE_BYTES = 64;

/** x = x + bias in every row. */
export async function addBias(engine: Engine, x: WasmMatrix, bias: WasmMatrix): Promise<void> {
  const calls = [];
  for (const [row, count] of rowBlocks(x.rows, x.columns)) {
    calls.push([x.rowAddress(row), bias.address, count, x.columns]);
  }
  await engine.run("addBias", calls);
}

/** out = a b^T. */
export async function multiplyTransposed(
  engine: Engine,
  a: WasmMatrix,
  b: WasmMatrix,
  out: WasmMatrix,
): Promise<void> {
  const { rows, columns: depth } = a;
  await withTemporaries(engine.heap, "multiplying by a transposed matrix", async (temporaries) => {
    const widest = roundUp(Math.min(b.rows, BLOCK_COLUMNS), TILE_COLUMNS);
    const packed = await temporaries.allocate(depth * widest * 4);
    for (const [column, columns] of blocks(b.rows, BLOCK_COLUMNS)) {
      await packRows(engine, b.rowAddress(column), b.stride, depth, columns, packed);
      const shape = [depth, packed, roundUp(columns, TILE_COLUMNS), columns] as const;
      const calls = [];
      for (const [row, count] of blocks(rows, BLOCK_ROWS)) {
        const to = out.rowAddress(row) + column * 4;
        calls.push([a.rowAddress(row), a.stride, count, ...shape, to, out.stride, 0]);
      }
      await engine.run("multiplyRows", calls);
    }
  });
}

/** out = the sum of weights[k] xs[k]. */
export async function weightedSum(
  engine: Engine,
  xs: readonly WasmMatrix[],
  weights: readonly number[],
  out: WasmMatrix,
): Promise<void> {
  await withTemporaries(engine.heap, "summing matrices", async (temporaries) => {
    const terms = await temporaries.allocate(xs.length * 8);
    const addresses = engine.heap.u32(terms, 2 * xs.length);
    const factors = engine.heap.f32(terms, 2 * xs.length);
    for (const [k, x] of xs.entries()) {
      addresses[2 * k] = x.address;
      factors[2 * k + 1] = weights[k]!;
    }
    const calls = [];
    for (const [first, count] of valueBlocks(out.rows * out.columns)) {
      calls.push([terms, xs.length, first * 4, count, out.address]);
    }
    await engine.run("weightedSum", calls);
  });
}

/** Row r of `out` = row `indices[r]` of `x`. */
export async function gatherRows(
  engine: Engine,
  x: WasmMatrix,
  indices: Uint32Array,
  out: WasmMatrix,
): Promise<void> {
  await withTemporaries(engine.heap, "gathering rows", async (temporaries) => {
    const list = await temporaries.copy(indices);
    const calls = [];
    for (const [row, count] of rowBlocks(out.rows, out.columns)) {
      calls.push([x.address, x.stride, list + row * 4, count, out.rowAddress(row)]);
    }
    await engine.run("gatherRows", calls);
  });
}

/** Adds row r of `rows` to row `indices[r]` of `table`: each thread adds a slice of all rows, in their order. */
export async function scatterRows(
  engine: Engine,
  rows: WasmMatrix,
  indices: Uint32Array,
  table: WasmMatrix,
): Promise<void> {
  await withTemporaries(engine.heap, "adding rows to a table", async (temporaries) => {
    const list = await temporaries.copy(indices);
    const from = [rows.address, rows.stride, list, rows.rows, table.address] as const;
    const slice = roundUp(Math.ceil(rows.stride / engine.threads), LINE_BYTES);
    const calls = [];
    for (const [first, bytes] of blocks(rows.stride, slice)) calls.push([...from, first, bytes]);
    await engine.run("scatterRows", calls);
  });
}
