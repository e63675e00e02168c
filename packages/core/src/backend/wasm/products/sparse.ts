import type { SparseMatrix } from "../../backend.ts";
import { expectEntries } from "../../operands.ts";
import type { WasmMatrix } from "../matrix.ts";
import type { ArrayCache } from "../runtime/array-cache.ts";
import { type Engine, type Temporaries, withTemporaries } from "../runtime/engine.ts";

/** Approximate number of entries and rows that one call visits. */
const CALL_ENTRIES = 4096;
const CALL_ROWS = 1024;

const doing = "multiplying a sparse matrix";

/**
 * out = s x (+ out). The entries of `s` are checked in the copies that the kernel reads. Arrays that blocks of
 * one matrix share are copied once; offsets and row factors are copied at each call.
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
      const arrays = [offsets, indices!, values!, rowScale, columnScale!] as const;
      const target = [x.address, x.columns, out.address, Number(accumulate)] as const;
      const calls = [];
      for (const [first, end] of balancedRows(s.offsets)) calls.push([...arrays, first, end, ...target]);
      await engine.run("sparseRows", calls);
    });
  });
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
  let first = 0;
  for (let row = 1; row <= rows; row++) {
    const full = offsets[row]! - offsets[first]! >= CALL_ENTRIES || row - first >= CALL_ROWS;
    if (!full && row < rows) continue;
    yield [first, row];
    first = row;
  }
}
