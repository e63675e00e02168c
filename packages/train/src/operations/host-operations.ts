import type { Backend } from "@wellbegun/core";
import { withArrays } from "./arrays.ts";
import { infoNce } from "./info-nce.ts";
import type { TrainingOperations } from "./operations.ts";
import { adam } from "./portable/adam.ts";
import { gate, gateBackward } from "./portable/gate.ts";
import { layerNorm, layerNormBackward } from "./portable/layer-norm.ts";
import { pairLoss } from "./portable/pair-loss.ts";
import { addBias, gatherRows, transpose } from "./portable/rows.ts";
import { withScope } from "./scope.ts";

/**
 * Training operations on the matrices of any backend: products run on the backend, everything else on the processor in
 * plain TypeScript.
 */
export function hostOperations(backend: Backend): TrainingOperations {
  const operations: TrainingOperations = {
    addBias: (x, bias) =>
      withArrays(backend, { read: [bias], update: [x] }, (b, values) => addBias(values!, b!)),

    multiplyTransposed: (a, b, out) =>
      withScope(backend, async (scope) => {
        const turned = await scope.create(b.columns, b.rows);
        await withArrays(backend, { read: [b], write: [turned] }, (from, to) =>
          transpose(from!, b.rows, b.columns, to!),
        );
        await backend.multiply(a, turned, out);
      }),

    gatherRows: (x, indices, out) =>
      withArrays(backend, { read: [x], write: [out] }, (from, to) =>
        gatherRows(from!, x.columns, indices, to!),
      ),

    gate: (a, bias, q, g, z) =>
      withArrays(backend, { read: [a, bias, q], write: [g, z] }, (input, b, values, opening, product) =>
        gate(input!, b!, values!, opening!, product!),
      ),

    gateBackward: (dz, q, g, dq, da) =>
      withArrays(
        backend,
        { read: [dz, q, g], update: [dq], write: [da] },
        (slope, values, opening, dValues, dInput) =>
          gateBackward(slope!, values!, opening!, dValues!, dInput!),
      ),

    layerNorm: (x, gain, bias, out) =>
      withArrays(backend, { read: [x, gain, bias], write: [out] }, (values, gains, biases, normal) =>
        layerNorm(values!, gains!, biases!, normal!),
      ),

    layerNormBackward: (dout, x, gain, dx, dgain, dbias) =>
      withArrays(
        backend,
        { read: [dout, x, gain], write: [dx, dgain, dbias] },
        (slope, values, gains, dValues, dGains, dBiases) =>
          layerNormBackward(slope!, values!, gains!, dValues!, dGains!, dBiases!),
      ),

    pairLoss: (hu, hi, hj, dhu, dhi, dhj, weights) =>
      withArrays(backend, { read: [hu, hi, hj], write: [dhu, dhi, dhj] }, (u, i, j, du, di, dj) =>
        pairLoss(u!, i!, j!, du!, di!, dj!, hu.columns, weights),
      ),

    infoNce: (a, v, da, dv, options) => infoNce(backend, operations, a, v, da, dv, options),

    adam: (p, m, v, g, step) =>
      withArrays(backend, { read: [g], update: [p, m, v] }, (slope, value, mean, square) =>
        adam(value!, mean!, square!, slope!, step),
      ),
  };
  return operations;
}
