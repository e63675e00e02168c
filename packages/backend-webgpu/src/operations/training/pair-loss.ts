import type { PairLosses, PairWeights } from "@wellbegun/core/backend";
import { kernels } from "../../kernels/index.ts";
import { createMatrix, readRows, type WebgpuMatrix } from "../../matrix.ts";
import { eachRow } from "./each-element.ts";

/** Numbers that the kernel writes for each pair: three losses and a 0. */
const VALUES = 4;

/** The losses of a batch of pairs; those of single pairs are added up on the processor, in float64. */
export async function pairLoss(
  hu: WebgpuMatrix,
  hi: WebgpuMatrix,
  hj: WebgpuMatrix,
  dhu: WebgpuMatrix,
  dhi: WebgpuMatrix,
  dhj: WebgpuMatrix,
  { ranking, floor = 0, squares, cosine }: PairWeights,
): Promise<PairLosses> {
  const { engine, rows, columns } = hu;
  const doing = `computing the losses of ${rows} pairs of ${columns}`;
  const losses = await createMatrix(engine, rows, VALUES, { uninitialized: true });
  try {
    const matrices = { hu, hi, hj, dhu, dhi, dhj, losses };
    const params = { ranking: ranking / rows, floor, squares, cosine: cosine / rows };
    await eachRow(doing, kernels.pairLoss, { matrices, params });
    return await readRows(losses, 0, rows, (values) => {
      let [sum, half, alignment] = [0, 0, 0];
      for (let at = 0; at < values.length; at += VALUES) {
        sum += values[at]!;
        half += values[at + 1]!;
        alignment += values[at + 2]!;
      }
      return { ranking: sum / rows, squares: half, cosine: 1 - alignment / rows };
    });
  } finally {
    losses.dispose();
  }
}
