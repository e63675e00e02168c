import type { Matrix } from "./matrix.ts";
import type { TrainingOperations } from "./training.ts";
import * as operands from "./training-operands.ts";

/**
 * A device's operations of training with their operands checked.
 *
 * @param own Gives the device's matrix of a handle, or throws.
 */
export function checkedTraining<M extends Matrix>(
  device: TrainingOperations<M>,
  own: (doing: string, matrix: Matrix) => M,
): TrainingOperations {
  /** The device's matrices of some handles. */
  const all = <T extends readonly Matrix[]>(doing: string, ...handles: T): { [K in keyof T]: M } =>
    handles.map((handle) => own(doing, handle)) as { [K in keyof T]: M };

  return {
    async addBias(x, bias) {
      const doing = "adding a bias";
      const found = all(doing, x, bias);
      operands.expectBias(doing, x, { bias });
      operands.expectApart(doing, { x }, { bias });
      await device.addBias(...found);
    },

    async multiplyTransposed(a, b, out) {
      const doing = "multiplying by a transposed matrix";
      const found = all(doing, a, b, out);
      operands.expectTransposedProduct(doing, a, b, out);
      operands.expectApart(doing, { out }, { a, b });
      await device.multiplyTransposed(...found);
    },

    async weightedSum(xs, weights, out) {
      const doing = "summing matrices";
      const [own, ...found] = all(doing, out, ...xs);
      operands.expectTerms(doing, xs, weights, out);
      operands.expectApart(doing, { out }, operands.numbered(xs));
      await device.weightedSum(found, weights, own);
    },

    async gatherRows(x, indices, out) {
      const doing = "gathering rows";
      const [from, to] = all(doing, x, out);
      operands.expectIndexed(doing, x, indices, out);
      operands.expectApart(doing, { out }, { x });
      await device.gatherRows(from, indices, to);
    },

    async scatterRows(rows, indices, table) {
      const doing = "adding rows to a table";
      const [from, to] = all(doing, rows, table);
      operands.expectIndexed(doing, table, indices, rows);
      operands.expectApart(doing, { table }, { rows });
      await device.scatterRows(from, indices, to);
    },

    async gate(a, bias, q, g, z) {
      const doing = "computing a gate";
      const found = all(doing, a, bias, q, g, z);
      operands.expectLike(doing, { a }, { q, g, z });
      operands.expectBias(doing, a, { bias });
      operands.expectApart(doing, { g, z }, { a, bias, q });
      await device.gate(...found);
    },

    async gateBackward(dz, q, g, dq, da) {
      const doing = "computing the gradient of a gate";
      const found = all(doing, dz, q, g, dq, da);
      operands.expectLike(doing, { dz }, { q, g, dq, da });
      operands.expectApart(doing, { dq, da }, { dz, q, g });
      await device.gateBackward(...found);
    },

    async layerNorm(x, gain, bias, out) {
      const doing = "normalizing a layer";
      const found = all(doing, x, gain, bias, out);
      operands.expectLike(doing, { x }, { out });
      operands.expectBias(doing, x, { gain, bias });
      operands.expectApart(doing, { out }, { x, gain, bias });
      await device.layerNorm(...found);
    },

    async layerNormBackward(dout, x, gain, dx, dgain, dbias) {
      const doing = "computing the gradient of a layer normalization";
      const found = all(doing, dout, x, gain, dx, dgain, dbias);
      operands.expectLike(doing, { x }, { dout, dx });
      operands.expectBias(doing, x, { gain, dgain, dbias });
      operands.expectApart(doing, { dx, dgain, dbias }, { dout, x, gain });
      await device.layerNormBackward(...found);
    },

    async pairLoss(hu, hi, hj, dhu, dhi, dhj, weights) {
      const doing = "computing the losses of pairs";
      const found = all(doing, hu, hi, hj, dhu, dhi, dhj);
      operands.expectLike(doing, { hu }, { hi, hj, dhu, dhi, dhj });
      operands.expectApart(doing, { dhu, dhi, dhj }, { hu, hi, hj });
      return await device.pairLoss(...found, weights);
    },

    async infoNce(a, v, da, dv, options) {
      const doing = "computing a contrastive loss";
      const found = all(doing, a, v, da, dv);
      operands.expectLike(doing, { a }, { v, da, dv });
      operands.expectContrast(doing, a, options);
      operands.expectApart(doing, { da, dv }, { a, v });
      return await device.infoNce(...found, options);
    },

    async adam(p, m, v, g, step) {
      const doing = "moving a parameter";
      const found = all(doing, p, m, v, g);
      operands.expectLike(doing, { p }, { m, v, g });
      operands.expectApart(doing, { p, m, v }, { g });
      await device.adam(...found, step);
    },
  };
}
