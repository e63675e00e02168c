import type { WasmMatrix } from "../matrix.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { blocks, GRAM_ROWS, roundUp } from "../runtime/layout.ts";

/** Most partial results, and most bytes that they may take together. */
const MAX_PARTS = 8;
/** Fewest rows of a partial result, so that adding one up costs a small share of its products. */
const PART_ROWS = 512;
const MAX_BYTES: number = 32 * 2 ** 20;

/**
 * x^T x in float64. The cut of the rows into parts depends on the shape alone, not on the number of threads,
 * and the parts are added in order.
 */
export async function gram(engine: Engine, x: WasmMatrix): Promise<Float64Array> {
  const { heap } = engine;
  const { rows, columns } = x;
  const padded = roundUp(columns, 4);
  const bytes = padded * padded * 8;
  const most = Math.max(1, Math.min(MAX_PARTS, Math.floor(MAX_BYTES / bytes)));
  // A power of two, so that threads have equal shares.
  const wanted = 2 ** Math.floor(Math.log2(Math.min(most, Math.max(1, rows / PART_ROWS))));
  const partRows = Math.max(GRAM_ROWS, roundUp(Math.ceil(rows / wanted), GRAM_ROWS));
  const parts = Math.max(1, Math.ceil(rows / partRows));
  return await withTemporaries(heap, "computing a Gram matrix", async (temporaries) => {
    const packedBytes = GRAM_ROWS * padded * 8;
    const packed = await temporaries.allocate(parts * packedBytes);
    const sums = await temporaries.zeros(parts * bytes);
    const calls = [];
    for (const [first, count] of blocks(rows, GRAM_ROWS)) {
      const part = Math.floor(first / partRows);
      calls.push([x.rowAddress(first), count, columns, packed + part * packedBytes, sums + part * bytes]);
    }
    await engine.run("gramRows", calls, partRows / GRAM_ROWS);

    const out = await temporaries.allocate(columns * columns * 8);
    engine.kernels.addParts(sums, parts, columns, out);
    return heap.f64(out, columns * columns).slice();
  });
}
