import type { AdamStep, TrainingOperations } from "@wellbegun/core/backend";
import { kernels } from "../../kernels/index.ts";
import type { WebgpuMatrix } from "../../matrix.ts";
import { eachElement } from "./each-element.ts";
import { infoNce } from "./info-nce.ts";
import { gate, gateBackward, layerNorm, layerNormBackward } from "./layers.ts";
import { pairLoss } from "./pair-loss.ts";
import { addBias, gatherRows, multiplyTransposed, scatterRows, weightedSum } from "./rows.ts";

/** The operations of training in WGSL kernels. */
export const webgpuTraining: TrainingOperations<WebgpuMatrix> = {
  addBias,
  multiplyTransposed,
  weightedSum,
  gatherRows,
  scatterRows,
  gate,
  gateBackward,
  layerNorm,
  layerNormBackward,
  pairLoss,
  infoNce,
  adam,
};

/** One step of Adam. */
async function adam(
  p: WebgpuMatrix,
  m: WebgpuMatrix,
  v: WebgpuMatrix,
  g: WebgpuMatrix,
  { rate, beta1, beta2, epsilon, beta1Power, beta2Power }: AdamStep,
): Promise<void> {
  const params = {
    beta1,
    fresh1: 1 - beta1,
    beta2,
    fresh2: 1 - beta2,
    rate: rate / (1 - beta1Power),
    root: 1 / Math.sqrt(1 - beta2Power),
    epsilon,
  };
  const doing = `moving a parameter of ${p.rows} x ${p.columns}`;
  await eachElement(doing, kernels.adam, { matrices: { value: p, m, v, g }, params });
}
