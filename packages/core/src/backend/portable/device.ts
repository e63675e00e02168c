import type { Device } from "../device.ts";
import { assign, PortableAssignment } from "./assign.ts";
import { assignedDistances, squaredDistances } from "./distances.ts";
import { createMatrix, type PortableMatrix, rowsOfMatrix } from "./matrix.ts";
import { gram, multiply, productOf } from "./multiply.ts";
import { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
import { multiplySparse } from "./sparse.ts";
import { Tile } from "./tile.ts";
import { topK } from "./top-k.ts";
import { portableTraining } from "./training/index.ts";

/** Plain TypeScript on one thread, over arrays. */
export function portableDevice(): Device<PortableMatrix, PortableAssignment> {
  const tile = new Tile();
  return {
    name: "cpu",
    capabilities: { device: "cpu", hostMemory: true },
    create: async (rows, columns) => createMatrix(rows, columns),
    write: async (target, firstRow, rows, fill) => await fill(rowsOfMatrix(target, firstRow, rows)),
    read: async (source, firstRow, rows, use) => await use(rowsOfMatrix(source, firstRow, rows)),
    columnMoments: async ({ values, rows, columns }, { shift, missing } = {}) =>
      columnMoments(values, rows, columns, shift, missing),
    transformRows: async ({ values, rows, columns }, transform) =>
      transformRows(values, rows, columns, transform),
    rowNorms: async ({ values, rows, columns }) => rowNorms(values, rows, columns),
    scaleRows: async ({ values, rows, columns }, factor) => scaleRows(values, rows, columns, factor),
    addScaled: async (y, x, alpha, firstColumn = 0) =>
      addScaled(y.values, y.columns, firstColumn, x.values, x.rows, x.columns, alpha),
    multiply: async (a, b, out, { transposeA = false, accumulate = false } = {}) =>
      multiply(productOf(a, b, transposeA), out.values, accumulate, tile),
    gram: async ({ values, rows, columns }) => gram(values, rows, columns, tile),
    multiplySparse: async (s, x, out, { accumulate = false } = {}) =>
      multiplySparse(s, x.values, x.columns, out.values, accumulate),
    squaredDistances: async ({ values, rows, columns }, points, count) =>
      squaredDistances(values, rows, columns, points, count),
    createAssignment: async (rows, columns, clusters, missing) =>
      new PortableAssignment(rows, columns, clusters, missing),
    assign: async (assignment, x, centroids) => assign(assignment, x.values, centroids, tile),
    assignedDistances: async (assignment, x, centroids) =>
      assignedDistances(x.values, x.columns, assignment.current, centroids),
    topK: async (users, items, k, exclude) => topK(users, items, k, exclude, tile),
    training: portableTraining(tile),
    dispose: async () => {},
  };
}
