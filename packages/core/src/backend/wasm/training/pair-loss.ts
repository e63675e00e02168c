import { PairTerms } from "../../portable/training/pair-terms.ts";
import type { PairLosses, PairWeights } from "../../training.ts";
import type { WasmMatrix } from "../matrix.ts";
import { rowBlocks } from "../rows.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";

/** float64 values of a pair: its products, then the factors of its gradient in their place. */
const VALUES = 5;

/** The losses of a batch of pairs: kernels multiply the rows, and the caller's thread takes the exponentials of the pairs. */
export async function pairLoss(
  engine: Engine,
  hu: WasmMatrix,
  hi: WasmMatrix,
  hj: WasmMatrix,
  dhu: WasmMatrix,
  dhi: WasmMatrix,
  dhj: WasmMatrix,
  weights: PairWeights,
): Promise<PairLosses> {
  const { rows, columns } = hu;
  const { heap } = engine;
  return await withTemporaries(heap, "computing the losses of pairs", async (temporaries) => {
    const values = await temporaries.allocate(rows * VALUES * 8);
    const blocks = [...rowBlocks(rows, columns)];
    const inputs = (row: number) => [hu.rowAddress(row), hi.rowAddress(row), hj.rowAddress(row)] as const;
    await engine.run(
      "pairProducts",
      blocks.map(([row, count]) => [...inputs(row), count, columns, values + row * VALUES * 8]),
    );
    const losses = replaceByFactors(heap.f64(values, rows * VALUES), new PairTerms(weights, rows));
    await engine.run(
      "pairGradients",
      blocks.map(([row, count]) => {
        const outputs = [dhu.rowAddress(row), dhi.rowAddress(row), dhj.rowAddress(row)] as const;
        return [...inputs(row), ...outputs, count, columns, values + row * VALUES * 8];
      }),
    );
    return losses;
  });
}

function replaceByFactors(values: Float64Array, terms: PairTerms): PairLosses {
  for (let at = 0; at < values.length; at += VALUES) {
    const slopes = terms.add({
      score: values[at]!,
      uu: values[at + 1]!,
      ii: values[at + 2]!,
      jj: values[at + 3]!,
      ui: values[at + 4]!,
    });
    values[at] = slopes.ranking;
    values[at + 1] = slopes.across;
    values[at + 2] = slopes.alongUser;
    values[at + 3] = slopes.alongItem;
    values[at + 4] = slopes.alongNegative;
  }
  return terms.losses;
}
