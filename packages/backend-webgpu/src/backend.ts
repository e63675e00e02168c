import {
  type Assignment,
  type AssignmentStep,
  type Backend,
  type Capabilities,
  type ColumnMoments,
  expectAddends,
  expectClustering,
  expectFactors,
  expectPass,
  expectPoints,
  expectProduct,
  expectRanking,
  expectRowOptions,
  expectRows,
  expectShape,
  expectSparseProduct,
  foreignAssignment,
  type Matrix,
  type RowTransform,
  type SparseMatrix,
  type TopK,
} from "@wellbegun/core/backend";
import type { Engine } from "./engine.ts";
import { createMatrix, ownMatrix, readRows, type WebgpuMatrix, writeRows } from "./matrix.ts";
import { assign } from "./operations/assign.ts";
import { createAssignment, WebgpuAssignment } from "./operations/assignment.ts";
import { assignedDistances, squaredDistances } from "./operations/distances.ts";
import { columnMoments, gram } from "./operations/moments.ts";
import { multiply } from "./operations/multiply.ts";
import { addScaled, rowNorms, scaleRows, transformRows } from "./operations/rows.ts";
import { multiplySparse } from "./operations/sparse.ts";
import { topK } from "./operations/top-k.ts";
import type { WebgpuStatistics } from "./traffic.ts";

/** A backend on a GPU, which also counts what crosses to the device and back. */
export interface WebgpuBackend extends Backend {
  /** Bytes moved so far, and buffers held. */
  statistics(): WebgpuStatistics;
}

/** Checks what callers pass, and hands the work to one file an operation. */
export class DeviceBackend implements WebgpuBackend {
  readonly name: string = "webgpu";
  readonly capabilities: Capabilities;
  readonly #engine: Engine;

  constructor(engine: Engine, device: string, software: boolean) {
    this.#engine = engine;
    const maxMatrixBytes = engine.limits.buffer;
    this.capabilities = { device, software, maxMatrixBytes, accumulation: "compensated" };
  }

  statistics(): WebgpuStatistics {
    const { pool, traffic } = this.#engine;
    return { ...traffic, buffers: pool.count, bufferBytes: pool.bytes, usedBytes: pool.usedBytes };
  }

  async create(rows: number, columns: number): Promise<Matrix> {
    const doing = "creating a matrix";
    this.#engine.device.expectUsable(doing);
    expectShape(doing, rows, columns);
    return await createMatrix(this.#engine, rows, columns);
  }

  async write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void> {
    await writeRows(this.#rows("writing rows", target, firstRow, rows), firstRow, rows, fill);
  }

  async read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    return await readRows(this.#rows("reading rows", source, firstRow, rows), firstRow, rows, use);
  }

  async columnMoments(
    x: Matrix,
    options: { shift?: Float64Array; missing?: Uint8Array } = {},
  ): Promise<ColumnMoments> {
    const doing = "summing columns";
    const own = this.#own(x, doing);
    expectRowOptions(doing, x, options);
    return await columnMoments(own, options.shift, options.missing);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const own = this.#own(x, doing);
    expectRowOptions(doing, x, transform);
    await transformRows(own, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    return await rowNorms(this.#own(x, "computing row norms"));
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const own = this.#own(x, doing);
    expectFactors(doing, x, factor);
    await scaleRows(own, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#own(y, doing);
    const from = this.#own(x, doing);
    expectAddends(doing, to, from, firstColumn);
    await addScaled(to, from, alpha, firstColumn);
  }

  async multiply(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    options: { transposeA?: boolean; accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying matrices";
    const left = this.#own(a, doing);
    const right = this.#own(b, doing);
    const into = this.#own(out, doing);
    const transposed = options.transposeA ?? false;
    expectProduct(doing, left, right, into, transposed);
    await multiply(left, right, into, transposed, options.accumulate ?? false);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    return await gram(this.#own(x, "computing a Gram matrix"));
  }

  async multiplySparse(
    s: SparseMatrix,
    x: Matrix,
    out: Matrix,
    options: { accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying a sparse matrix";
    const right = this.#own(x, doing);
    const into = this.#own(out, doing);
    expectSparseProduct(doing, s, right, into);
    await multiplySparse(s, right, into, options.accumulate ?? false);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const own = this.#own(x, doing);
    expectPoints(doing, x, points, count);
    return await squaredDistances(own, points, count);
  }

  async createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment> {
    const doing = "creating an assignment";
    this.#engine.device.expectUsable(doing);
    expectClustering(doing, rows, columns, clusters, missing);
    return await createAssignment(this.#engine, rows, columns, clusters, missing);
  }

  async assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const own = this.#assignment("assigning rows to centroids", assignment, x, centroids);
    return await assign(own.assignment, own.matrix, centroids);
  }

  async assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    const own = this.#assignment("computing distances to centroids", assignment, x, centroids);
    return await assignedDistances(own.assignment, own.matrix, centroids);
  }

  async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
    const doing = "ranking items";
    const left = this.#own(users, doing);
    const right = this.#own(items, doing);
    expectRanking(doing, left, right, k, exclude);
    return await topK(left, right, k, exclude);
  }

  async dispose(): Promise<void> {
    this.#engine.dispose();
  }

  #own(matrix: Matrix, doing: string): WebgpuMatrix {
    return ownMatrix(this.#engine, matrix, doing);
  }

  #rows(doing: string, matrix: Matrix, firstRow: number, rows: number): WebgpuMatrix {
    const own = this.#own(matrix, doing);
    expectRows(doing, matrix, firstRow, rows);
    return own;
  }

  #assignment(
    doing: string,
    assignment: Assignment,
    x: Matrix,
    centroids: Float32Array,
  ): { readonly assignment: WebgpuAssignment; readonly matrix: WebgpuMatrix } {
    const matrix = this.#own(x, doing);
    if (!(assignment instanceof WebgpuAssignment) || assignment.engine !== this.#engine) {
      throw foreignAssignment(doing);
    }
    expectPass(doing, assignment, matrix, centroids);
    return { assignment, matrix };
  }
}
