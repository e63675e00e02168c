import type { Device } from "../device.ts";
import { assign } from "./kmeans/assign.ts";
import { assignGathered, gatheredDistances } from "./kmeans/assign-gathered.ts";
import { createAssignment, type WasmAssignment } from "./kmeans/assignment.ts";
import { basisCapacity } from "./kmeans/basis-capacity.ts";
import { assignedDistances, squaredDistances } from "./kmeans/distances.ts";
import { WasmSeeding } from "./kmeans/seeding.ts";
import { createMatrix, type WasmMatrix } from "./matrix.ts";
import { symmetricEigen } from "./products/eigen.ts";
import { gram } from "./products/gram.ts";
import { multiply, multiplyTransposed } from "./products/multiply.ts";
import { multiplySparse } from "./products/sparse.ts";
import { topK } from "./ranking/top-k.ts";
import { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
import { ArrayCache } from "./runtime/array-cache.ts";
import type { Engine } from "./runtime/engine.ts";
import { wasmTraining } from "./training/index.ts";

/** The operations in WebAssembly kernels, over the engine's memory; one file for each of them. */
export function deviceOn(engine: Engine, device: string): Device<WasmMatrix, WasmAssignment> {
  const { heap, threads } = engine;
  const { capacity } = heap;
  const cache = new ArrayCache(heap);
  return {
    name: "wasm",
    capabilities: {
      device,
      hostMemory: true,
      maxMatrixBytes: capacity,
      maxTotalBytes: capacity,
      threads,
    },
    checksEntries: true,
    create: (rows, columns, options) => createMatrix(heap, rows, columns, options),
    write: (x, firstRow, rows, fill) => heap.lend(x.rowAddress(firstRow), rows * x.columns, fill),
    read: (x, firstRow, rows, use) => heap.lend(x.rowAddress(firstRow), rows * x.columns, use),
    columnMoments: (x, { shift, missing } = {}) => columnMoments(engine, x, shift, missing),
    transformRows: (x, transform) => transformRows(engine, x, transform),
    rowNorms: (x) => rowNorms(engine, x),
    scaleRows: (x, factor) => scaleRows(engine, x, factor),
    addScaled: (y, x, alpha, firstColumn = 0) => addScaled(engine, y, x, alpha, firstColumn),
    multiply: (a, b, out, { transposeA = false, accumulate = false } = {}) =>
      (transposeA ? multiplyTransposed : multiply)(engine, a, b, out, accumulate),
    gram: (x) => gram(engine, x),
    symmetricEigen: (a, n, count) => symmetricEigen(engine, a, n, count),
    multiplySparse: (s, x, out, { accumulate = false } = {}) =>
      multiplySparse(engine, cache, s, x, out, accumulate),
    squaredDistances: (x, points, count) => squaredDistances(engine, x, points, count),
    createSeeding: (x, closest, total) => WasmSeeding.create(engine, x, closest, total),
    createAssignment: (rows, columns, clusters, missing, gathered = false) =>
      createAssignment(heap, rows, columns, clusters, missing, gathered),
    assign: (assignment, x, centroids) => assign(engine, assignment, x, centroids),
    assignedDistances: (assignment, x, centroids) =>
      assignedDistances(engine, x, assignment.blocks.labels, centroids),
    // With a basis, a pass visits few rows.
    gathered: {
      suits: (rows, columns, clusters) => basisCapacity(rows, columns, clusters) > 0,
      assign: (assignment, rows, centroids) => assignGathered(engine, assignment, rows, centroids),
      assignedDistances: (assignment, rows, centroids) =>
        gatheredDistances(engine, assignment, rows, centroids),
    },
    topK: (users, items, k, exclude) => topK({ engine, cache, users, items, k, exclude }),
    training: wasmTraining(engine),
    dispose: () => engine.dispose(),
  };
}
