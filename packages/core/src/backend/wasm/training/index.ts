import type { TrainingOperations } from "../../training.ts";
import type { WasmMatrix } from "../matrix.ts";
import type { Engine } from "../runtime/engine.ts";
import { adam } from "./adam.ts";
import { infoNce } from "./info-nce.ts";
import { gate, gateBackward, layerNorm, layerNormBackward } from "./layers.ts";
import { pairLoss } from "./pair-loss.ts";
import { addBias, gatherRows, multiplyTransposed, scatterRows, weightedSum } from "./rows.ts";

/**
 * The operations of training in kernels. Sums go through rows and columns in one order, whatever the number of threads;
 * with plain SIMD every runtime gives the same bits, with relaxed SIMD they depend on the processor.
 */
export function wasmTraining(engine: Engine): TrainingOperations<WasmMatrix> {
  return {
    addBias: (x, bias) => addBias(engine, x, bias),
    multiplyTransposed: (a, b, out) => multiplyTransposed(engine, a, b, out),
    weightedSum: (xs, weights, out) => weightedSum(engine, xs, weights, out),
    gatherRows: (x, indices, out) => gatherRows(engine, x, indices, out),
    scatterRows: (rows, indices, table) => scatterRows(engine, rows, indices, table),
    gate: (a, bias, q, g, z) => gate(engine, a, bias, q, g, z),
    gateBackward: (dz, q, g, dq, da) => gateBackward(engine, dz, q, g, dq, da),
    layerNorm: (x, gain, bias, out) => layerNorm(engine, x, gain, bias, out),
    layerNormBackward: (dout, x, gain, dx, dgain, dbias) =>
      layerNormBackward(engine, dout, x, gain, dx, dgain, dbias),
    pairLoss: (hu, hi, hj, dhu, dhi, dhj, weights) => pairLoss(engine, hu, hi, hj, dhu, dhi, dhj, weights),
    infoNce: (a, v, da, dv, options) => infoNce(engine, a, v, da, dv, options),
    adam: (p, m, v, g, step) => adam(engine, p, m, v, g, step),
  };
}
