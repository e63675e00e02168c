import type { SparseMatrix } from "../../backend.ts";
import { expectEntries } from "../../operands.ts";
import { WasmMatrix } from "../matrix.ts";
import { rowBlocks } from "../rows.ts";
import type { ArrayCache } from "../runtime/array-cache.ts";
import { type Engine, type Temporaries, withTemporaries } from "../runtime/engine.ts";

/** Approximate number of entries and rows that one call visits. */
const CALL_ENTRIES = 4096;
const CALL_ROWS = 1024;

/** Bytes of rows that are read from end to end, as in the kernel: memory takes the time there, not the products. */
const WIDE_BYTES = 512;

/** Entries for each row of x from which its rows are scaled once, and most bytes of the copy that this takes. */
const SCALED_ENTRIES = 16;
const SCALED_BYTES: number = 2 ** 25;

const doing = "multiplying a sparse matrix";

/**
 * out = s x (+ out). The entries of `s` are checked in the copies that the kernel reads. Arrays that blocks of
 * one matrix share are copied once; offsets and row factors are copied at each call. Where all entries are ones but for factors
 * of rows and columns, rows of x are scaled first and then only added.
 */
export async function multiplySparse(
  engine: Engine,
  cache: ArrayCache,
  s: SparseMatrix,
  x: WasmMatrix,
  out: WasmMatrix,
  accumulate: boolean,
): Promise<void> {
  await cache.with([s.indices, s.values, s.columnScale], doing, async ([indices, values, columnScale]) => {
    await withTemporaries(engine.heap, doing, async (temporaries) => {
      const offsets = await temporaries.copy(s.offsets);
      await checkEntries(engine, temporaries, s, offsets, indices!);
      const rowScale = await temporaries.copy(s.rowScale);
      const sums = s.values === undefined && x.stride < WIDE_BYTES && paysScaling(s, x);
      const from = sums ? await scaled(engine, temporaries, x, columnScale!) : x;
      const arrays = sums
        ? [offsets, indices!, rowScale]
        : [offsets, indices!, values!, rowScale, columnScale!];
      const target = [from.address, x.columns, out.address, Number(accumulate)] as const;
      const calls = [];
      for (const [first, end] of balancedRows(s.offsets)) calls.push([...arrays, first, end, ...target]);
      await engine.run(sums ? "sparseSums" : "sparseRows", calls);
    });
  });
}

/** Whether to scale each row of x takes less than to scale it for each of its entries. */
function paysScaling({ offsets, columnScale }: SparseMatrix, x: WasmMatrix): boolean {
  if (columnScale === undefined) return true;
  const fits = x.rows * x.stride <= SCALED_BYTES;
  return fits && offsets.at(-1)! - offsets[0]! >= SCALED_ENTRIES * x.rows;
}

/** x with each row times its factor; 0 as the address of the factors stands for ones. */
async function scaled(
  engine: Engine,
  temporaries: Temporaries,
  x: WasmMatrix,
  factors: number,
): Promise<WasmMatrix> {
  if (factors === 0) return x;
  const copy = new WasmMatrix(engine.heap, x.rows, x.columns, await temporaries.allocate(x.rows * x.stride));
  const calls = [];
  for (const [row, count] of rowBlocks(x.rows, x.columns)) {
    calls.push([x.rowAddress(row), x.stride, count, factors + row * 4, copy.rowAddress(row)]);
  }
  await engine.run("scaledRows", calls);
  return copy;
}

/** Throws `mismatch` unless the entries, whose offsets and columns are at these addresses, are in range. */
async function checkEntries(
  { heap, kernels }: Engine,
  temporaries: Temporaries,
  { rows, columns, ...s }: SparseMatrix,
  offsets: number,
  indices: number,
): Promise<void> {
  const wrong = await temporaries.allocate(4);
  const count = s.indices.length;
  kernels.checkEntries(offsets, indices, rows, count, columns, wrong);
  if (heap.u32(wrong, 1)[0] === 0) return;
  // The plain loop throws the error with the details.
  const entries = { offsets: heap.u32(offsets, rows + 1), indices: heap.u32(indices, count) };
  expectEntries(doing, { rows, columns, ...entries });
}

/** Cuts rows into blocks of about equal numbers of entries, since a few users may have most of them. */
function* balancedRows(offsets: Uint32Array): Generator<readonly [first: number, end: number]> {
  const rows = offsets.length - 1;
  for (let first = 0; first < rows; ) {
    const most = Math.min(first + CALL_ROWS, rows);
    // The first row by which the block has its entries.
    const entries = offsets[first]! + CALL_ENTRIES;
    let end = first + 1;
    for (let high = most; end < high; ) {
      const middle = (end + high) >>> 1;
      if (offsets[middle]! < entries) end = middle + 1;
      else high = middle;
    }
    yield [first, end];
    first = end;
  }
}
