import type { Device } from "@wellbegun/core/backend";
import { TfjsAssignment } from "./assignment.ts";
import { isSoftware } from "./describe-device.ts";
import type { Engine } from "./engine.ts";
import type { TfjsMatrix } from "./matrix.ts";
import type { Limits, Memory } from "./memory.ts";
import { assign } from "./operations/assign.ts";
import { assignedDistances, squaredDistances } from "./operations/distances.ts";
import { rowNorms } from "./operations/norms.ts";
import { gram, multiply, multiplyTransposed } from "./operations/products.ts";
import { addScaled, columnMoments, scaleRows, transformRows } from "./operations/rows.ts";
import { multiplySparse } from "./operations/sparse.ts";
import { topK } from "./operations/top-k.ts";
import { tfjsTraining } from "./operations/training/index.ts";
import { readRows, writeRows } from "./operations/transfer.ts";

/** The description of a device for users. */
interface Description {
  /** The backend's name: "tfjs:wasm". */
  readonly name: string;
  readonly device: string;
  readonly limits: Limits;
}

/** The operations in TensorFlow.js, over matrices of tensors; one file for each of them. */
export function deviceOn(
  engine: Engine,
  memory: Memory,
  { name, device, limits: { maxMatrixBytes, maxTotalBytes } }: Description,
): Device<TfjsMatrix, TfjsAssignment> {
  return {
    name,
    capabilities: {
      device,
      ...(isSoftware(device) ? { software: true } : {}),
      maxMatrixBytes,
      ...(maxTotalBytes === undefined ? {} : { maxTotalBytes }),
      accumulation: "float32",
    },
    create: async (rows, columns) => memory.create(rows, columns),
    write: async (target, firstRow, rows, fill) => {
      const values = new Float32Array(rows * target.columns);
      await fill(values);
      writeRows(engine, target, firstRow, rows, values);
    },
    read: async (source, firstRow, rows, use) => await use(await readRows(engine, source, firstRow, rows)),
    columnMoments: (x, { shift, missing } = {}) => columnMoments(engine, x, shift, missing),
    transformRows: (x, transform) => transformRows(engine, x, transform),
    rowNorms: (x) => rowNorms(engine, x),
    scaleRows: async (x, factor) => scaleRows(engine, x, factor),
    addScaled: async (y, x, alpha, firstColumn = 0) => addScaled(engine, y, x, alpha, firstColumn),
    multiply: async (a, b, out, { transposeA = false, accumulate = false } = {}) =>
      await (transposeA ? multiplyTransposed : multiply)(engine, a, b, out, accumulate),
    gram: (x) => gram(engine, x),
    multiplySparse: (s, x, out, { accumulate = false } = {}) => multiplySparse(engine, s, x, out, accumulate),
    squaredDistances: (x, points, count) => squaredDistances(engine, x, points, count),
    createAssignment: async (rows, columns, clusters, missing) =>
      new TfjsAssignment(rows, columns, clusters, missing),
    assign: (assignment, x, centroids) => assign(engine, assignment, x, centroids),
    assignedDistances: (assignment, x, centroids) =>
      assignedDistances(engine, x, assignment.current, centroids),
    topK: (users, items, k, exclude) => topK(engine, users, items, k, exclude),
    training: tfjsTraining(engine),
    dispose: async () => {},
  };
}
