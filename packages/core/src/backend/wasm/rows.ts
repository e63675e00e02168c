import type { ColumnMoments, RowTransform } from "../backend.ts";
import type { WasmMatrix } from "./matrix.ts";
import { type Engine, withTemporaries } from "./runtime/engine.ts";
import { blocks, roundUp } from "./runtime/layout.ts";

/** Bytes of rows that one call visits: with short calls, the JavaScript engine optimizes the kernel early. */
const CALL_BYTES = 65536;
/** Most columns whose sums one call adds to, so that they stay in the first-level cache. */
const SUM_COLUMNS = 512;

/** The block of rows for each call, `together` times as large for a kernel that reads that many rows at a time. */
export function rowBlocks(
  rows: number,
  columns: number,
  together: number = 1,
): Generator<readonly [first: number, length: number]> {
  return blocks(rows, together * Math.max(1, Math.floor(CALL_BYTES / (columns * 4))));
}

/** The slices of columns whose sums one thread keeps: each sum adds the rows in their order. */
export function columnSlices(columns: number, threads: number): (readonly [first: number, length: number])[] {
  const size = Math.min(SUM_COLUMNS, Math.max(32, roundUp(Math.ceil(columns / threads), 8)));
  return [...blocks(columns, size)];
}

/** Column sums and sums of squares of the present rows about `shift`. */
export async function columnMoments(
  engine: Engine,
  x: WasmMatrix,
  shift: Float64Array | undefined,
  missing: Uint8Array | undefined,
): Promise<ColumnMoments> {
  const { heap } = engine;
  const { rows, columns } = x;
  return await withTemporaries(heap, "summing columns", async (temporaries) => {
    const shiftAt = await temporaries.copy(shift);
    const missingAt = await temporaries.copy(missing);
    const sums = await temporaries.zeros(columns * 8);
    const squares = await temporaries.zeros(columns * 8);
    const rowsOfCalls = [...rowBlocks(rows, columns)];
    const calls = [];
    for (const [first, width] of columnSlices(columns, engine.threads)) {
      for (const [row, count] of rowsOfCalls) {
        const mask = missingAt === 0 ? 0 : missingAt + row;
        const slice = [first, first + width] as const;
        calls.push([x.rowAddress(row), count, columns, ...slice, shiftAt, mask, sums, squares]);
      }
    }
    await engine.run("columnMoments", calls, rowsOfCalls.length);
    return { sum: heap.f64(sums, columns).slice(), sumOfSquares: heap.f64(squares, columns).slice() };
  });
}

/** Prepares rows in place. */
export async function transformRows(
  engine: Engine,
  x: WasmMatrix,
  { shift, scale, unit, missing, factors }: RowTransform,
): Promise<void> {
  await withTemporaries(engine.heap, "transforming rows", async (temporaries) => {
    const shiftAt = await temporaries.copy(shift);
    const scaleAt = await temporaries.copy(scale);
    const missingAt = await temporaries.copy(missing);
    const factorsAt = await temporaries.copy(factors);
    const calls = [];
    for (const [row, count] of rowBlocks(x.rows, x.columns)) {
      const mask = missingAt === 0 ? 0 : missingAt + row;
      const known = factorsAt === 0 ? 0 : factorsAt + row * 8;
      calls.push([x.rowAddress(row), count, x.columns, shiftAt, scaleAt, Number(unit), mask, known]);
    }
    await engine.run("transformRows", calls);
    if (unit) factors?.set(engine.heap.f64(factorsAt, factors.length));
  });
}

/** L2 norm of each row. */
export async function rowNorms(engine: Engine, x: WasmMatrix): Promise<Float32Array> {
  return await withTemporaries(engine.heap, "computing row norms", async (temporaries) => {
    const out = await temporaries.allocate(x.rows * 4);
    const calls = [];
    for (const [row, count] of rowBlocks(x.rows, x.columns)) {
      calls.push([x.rowAddress(row), count, x.columns, out + row * 4]);
    }
    await engine.run("rowNorms", calls);
    return engine.heap.f32(out, x.rows).slice();
  });
}

/** Multiplies rows with one factor, or each with its own. */
export async function scaleRows(engine: Engine, x: WasmMatrix, factor: number | Float32Array): Promise<void> {
  await withTemporaries(engine.heap, "scaling rows", async (temporaries) => {
    const all = typeof factor === "number" ? factor : 1;
    const factors = await temporaries.copy(typeof factor === "number" ? undefined : factor);
    const calls = [];
    for (const [row, count] of rowBlocks(x.rows, x.columns)) {
      calls.push([x.rowAddress(row), count, x.columns, factors === 0 ? 0 : factors + row * 4, all]);
    }
    await engine.run("scaleRows", calls);
  });
}

/** y = y + alpha x, into columns `firstColumn ..` of y. */
export async function addScaled(
  engine: Engine,
  y: WasmMatrix,
  x: WasmMatrix,
  alpha: number,
  firstColumn: number,
): Promise<void> {
  const calls = [];
  for (const [row, count] of rowBlocks(x.rows, x.columns)) {
    calls.push([y.rowAddress(row) + firstColumn * 4, y.stride, x.rowAddress(row), count, x.columns, alpha]);
  }
  await engine.run("addScaled", calls);
}
