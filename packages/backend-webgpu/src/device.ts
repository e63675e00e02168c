import type { Device } from "@wellbegun/core/backend";
import type { Engine } from "./engine.ts";
import { createMatrix, readRows, type WebgpuMatrix, writeRows } from "./matrix.ts";
import { assign } from "./operations/assign.ts";
import { createAssignment, type WebgpuAssignment } from "./operations/assignment.ts";
import { assignedDistances, squaredDistances } from "./operations/distances.ts";
import { columnMoments, gram } from "./operations/moments.ts";
import { multiply } from "./operations/multiply.ts";
import { addScaled, rowNorms, scaleRows, transformRows } from "./operations/rows.ts";
import { multiplySparse } from "./operations/sparse.ts";
import { topK } from "./operations/top-k.ts";
import { webgpuTraining } from "./operations/training/index.ts";

/** The operations in WGSL kernels, over the engine's buffers; one file for each of them. */
export function deviceOn(
  engine: Engine,
  device: string,
  software: boolean,
): Device<WebgpuMatrix, WebgpuAssignment> {
  return {
    name: "webgpu",
    capabilities: {
      device,
      software,
      maxMatrixBytes: engine.limits.buffer,
      accumulation: "compensated",
    },
    expectUsable: (doing) => engine.device.expectUsable(doing),
    create: (rows, columns, options) => createMatrix(engine, rows, columns, options),
    write: writeRows,
    read: readRows,
    columnMoments: (x, { shift, missing } = {}) => columnMoments(x, shift, missing),
    transformRows,
    rowNorms,
    scaleRows,
    addScaled: (y, x, alpha, firstColumn = 0) => addScaled(y, x, alpha, firstColumn),
    multiply: (a, b, out, { transposeA = false, accumulate = false } = {}) =>
      multiply(a, b, out, transposeA, accumulate),
    gram,
    multiplySparse: (s, x, out, { accumulate = false } = {}) => multiplySparse(s, x, out, accumulate),
    squaredDistances,
    createAssignment: (rows, columns, clusters, missing) =>
      createAssignment(engine, rows, columns, clusters, missing),
    assign,
    assignedDistances,
    topK,
    training: webgpuTraining,
    dispose: async () => engine.dispose(),
  };
}
