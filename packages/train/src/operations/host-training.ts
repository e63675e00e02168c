import { type Backend, cpu } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { download, withScope } from "./scope.ts";

/** Matrices of one operation. */
interface Operands {
  /** Only read. */
  readonly read?: readonly Matrix[];
  /** Read and changed in place. */
  readonly update?: readonly Matrix[];
  /** Overwritten completely; the previous content is ignored. */
  readonly write?: readonly Matrix[];
}

/** The operations of training: the backend's own, or else those of the processor on copies. */
export function trainingOperations(backend: Backend): TrainingOperations {
  return backend.training ?? hostTraining(backend);
}

/**
 * Operations of training for a backend that has none: operands are copied to the portable backend, and results back.
 * Products still run on the backend itself.
 */
export function hostTraining(backend: Backend): TrainingOperations {
  const host = cpu();
  const training = host.training!;

  /** Calls `use` with copies of the matrices to read, to update and to write, in this order. */
  async function run<T>(operands: Operands, use: (...copies: Matrix[]) => Promise<T>): Promise<T> {
    const { read = [], update = [], write = [] } = operands;
    return await withScope(host, async (scope) => {
      const copies: Matrix[] = [];
      for (const x of [...read, ...update]) {
        copies.push(await scope.upload(await download(backend, x), x.rows, x.columns));
      }
      for (const x of write) copies.push(await scope.resultLike(x));
      const result = await use(...copies);
      for (const [place, x] of [...update, ...write].entries()) {
        const values = await download(host, copies[read.length + place]!);
        if (x.rows > 0) await backend.write(x, 0, x.rows, (into) => into.set(values));
      }
      return result;
    });
  }

  return {
    addBias: (x, bias) => run({ read: [bias], update: [x] }, (b, y) => training.addBias(y!, b!)),
    multiplyTransposed: (a, b, out) =>
      withScope(backend, async (scope) => {
        const turned = transpose(await download(backend, b), b.rows, b.columns);
        // A matrix has at least one column.
        if (b.rows > 0) await backend.multiply(a, await scope.upload(turned, b.columns, b.rows), out);
      }),
    weightedSum: (xs, weights, out) =>
      run({ read: xs, write: [out] }, (...own) =>
        training.weightedSum(own.slice(0, -1), weights, own.at(-1)!),
      ),
    gatherRows: (x, indices, out) =>
      run({ read: [x], write: [out] }, (from, to) => training.gatherRows(from!, indices, to!)),
    scatterRows: (rows, indices, table) =>
      run({ read: [rows], update: [table] }, (from, to) => training.scatterRows(from!, indices, to!)),
    gate: (a, bias, q, g, z) =>
      run({ read: [a, bias, q], write: [g, z] }, (...own) =>
        training.gate(own[0]!, own[1]!, own[2]!, own[3]!, own[4]!),
      ),
    gateBackward: (dz, q, g, dq, da) =>
      run({ read: [dz, q, g], update: [dq], write: [da] }, (...own) =>
        training.gateBackward(own[0]!, own[1]!, own[2]!, own[3]!, own[4]!),
      ),
    layerNorm: (x, gain, bias, out) =>
      run({ read: [x, gain, bias], write: [out] }, (...own) =>
        training.layerNorm(own[0]!, own[1]!, own[2]!, own[3]!),
      ),
    layerNormBackward: (dout, x, gain, dx, dgain, dbias) =>
      run({ read: [dout, x, gain], write: [dx, dgain, dbias] }, (...own) =>
        training.layerNormBackward(own[0]!, own[1]!, own[2]!, own[3]!, own[4]!, own[5]!),
      ),
    pairLoss: (hu, hi, hj, dhu, dhi, dhj, weights) =>
      run({ read: [hu, hi, hj], write: [dhu, dhi, dhj] }, (...own) =>
        training.pairLoss(own[0]!, own[1]!, own[2]!, own[3]!, own[4]!, own[5]!, weights),
      ),
    infoNce: (a, v, da, dv, options) =>
      run({ read: [a, v], write: [da, dv] }, (...own) =>
        training.infoNce(own[0]!, own[1]!, own[2]!, own[3]!, options),
      ),
    adam: (p, m, v, g, step) =>
      run({ read: [g], update: [p, m, v] }, (slope, ...own) =>
        training.adam(own[0]!, own[1]!, own[2]!, slope!, step),
      ),
  };
}

/** The transpose of rows x columns values. */
function transpose(x: Float32Array, rows: number, columns: number): Float32Array {
  return x.map((_, at) => x[(at % rows) * columns + Math.floor(at / rows)]!);
}
