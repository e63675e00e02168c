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
  expectSparseProduct,
  foreignAssignment,
  type Matrix,
  type RowTransform,
  type SparseMatrix,
  type TopK,
} from "@wellbegun/core/backend";
import { TfjsAssignment } from "./assignment.ts";
import { isSoftware } from "./describe-device.ts";
import type { Device } from "./device.ts";
import type { TfjsMatrix } from "./matrix.ts";
import { type Limits, Memory } from "./memory.ts";
import { assign } from "./operations/assign.ts";
import { assignedDistances, squaredDistances } from "./operations/distances.ts";
import { rowNorms } from "./operations/norms.ts";
import { gram, multiply, multiplyTransposed } from "./operations/products.ts";
import { addScaled, columnMoments, scaleRows, transformRows } from "./operations/rows.ts";
import { multiplySparse } from "./operations/sparse.ts";
import { topK } from "./operations/top-k.ts";
import { readRows, writeRows } from "./operations/transfer.ts";
import type { TfjsStatistics } from "./traffic.ts";

/** A backend that runs on TensorFlow.js. */
export interface TfjsBackend extends Backend {
  /** What was moved since the backend was created, and what it holds. */
  statistics(): TfjsStatistics;
}

/** Checks what callers pass, and hands the work to one file an operation. */
export class DeviceBackend implements TfjsBackend {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly #device: Device;
  readonly #memory: Memory;

  constructor(name: string, device: Device, deviceName: string, limits: Limits) {
    this.name = name;
    this.#device = device;
    this.#memory = new Memory(device, limits);
    const { maxMatrixBytes, maxTotalBytes } = limits;
    this.capabilities = {
      device: deviceName,
      ...(isSoftware(deviceName) ? { software: true } : {}),
      maxMatrixBytes,
      ...(maxTotalBytes === undefined ? {} : { maxTotalBytes }),
      accumulation: "float32",
    };
  }

  statistics(): TfjsStatistics {
    return { ...this.#device.traffic, matrixBytes: this.#memory.matrixBytes };
  }

  async create(rows: number, columns: number): Promise<Matrix> {
    return this.#memory.create(rows, columns);
  }

  async write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void> {
    const own = this.#rows("writing rows", target, firstRow, rows);
    const values = new Float32Array(rows * own.columns);
    await fill(values);
    writeRows(this.#device, own, firstRow, rows, values);
  }

  async read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    const own = this.#rows("reading rows", source, firstRow, rows);
    return await use(await readRows(this.#device, own, firstRow, rows));
  }

  async columnMoments(
    x: Matrix,
    options: { shift?: Float64Array; missing?: Uint8Array } = {},
  ): Promise<ColumnMoments> {
    const doing = "summing columns";
    const own = this.#memory.own(x, doing);
    expectRowOptions(doing, x, options);
    return await columnMoments(this.#device, own, options.shift, options.missing);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const own = this.#memory.own(x, doing);
    expectRowOptions(doing, x, transform);
    await transformRows(this.#device, own, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    return await rowNorms(this.#device, this.#memory.own(x, "computing row norms"));
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const own = this.#memory.own(x, doing);
    expectFactors(doing, x, factor);
    scaleRows(this.#device, own, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#memory.own(y, doing);
    const from = this.#memory.own(x, doing);
    expectAddends(doing, to, from, firstColumn);
    addScaled(this.#device, to, from, alpha, firstColumn);
  }

  async multiply(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    options: { transposeA?: boolean; accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying matrices";
    const left = this.#memory.own(a, doing);
    const right = this.#memory.own(b, doing);
    const into = this.#memory.own(out, doing);
    const transposed = options.transposeA ?? false;
    expectProduct(doing, left, right, into, transposed);
    const product = transposed ? multiplyTransposed : multiply;
    await product(this.#device, left, right, into, options.accumulate ?? false);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    return await gram(this.#device, this.#memory.own(x, "computing a Gram matrix"));
  }

  async multiplySparse(
    s: SparseMatrix,
    x: Matrix,
    out: Matrix,
    options: { accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying a sparse matrix";
    const right = this.#memory.own(x, doing);
    const into = this.#memory.own(out, doing);
    expectSparseProduct(doing, s, right, into);
    await multiplySparse(this.#device, s, right, into, options.accumulate ?? false);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const own = this.#memory.own(x, doing);
    expectPoints(doing, x, points, count);
    return await squaredDistances(this.#device, own, points, count);
  }

  async createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment> {
    const doing = "creating an assignment";
    const memory = this.#memory;
    memory.expectOpen(doing);
    expectClustering(doing, rows, columns, clusters, missing);
    const made = new TfjsAssignment(rows, columns, clusters, missing, memory, (gone) => memory.release(gone));
    memory.hold(made);
    return made;
  }

  async assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const own = this.#assignment("assigning rows to centroids", assignment, x, centroids);
    return await assign(this.#device, own.state, own.matrix, centroids);
  }

  async assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    const own = this.#assignment("computing distances to centroids", assignment, x, centroids);
    return await assignedDistances(this.#device, own.matrix, own.state.current, centroids);
  }

  async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
    const doing = "ranking items";
    const left = this.#memory.own(users, doing);
    const right = this.#memory.own(items, doing);
    expectRanking(doing, left, right, k, exclude);
    return await topK(this.#device, left, right, k, exclude);
  }

  async dispose(): Promise<void> {
    this.#memory.dispose();
  }

  #rows(doing: string, matrix: Matrix, firstRow: number, rows: number): TfjsMatrix {
    const own = this.#memory.own(matrix, doing);
    expectRows(doing, matrix, firstRow, rows);
    return own;
  }

  #assignment(
    doing: string,
    assignment: Assignment,
    x: Matrix,
    centroids: Float32Array,
  ): { readonly state: TfjsAssignment; readonly matrix: TfjsMatrix } {
    const matrix = this.#memory.own(x, doing);
    if (!(assignment instanceof TfjsAssignment) || assignment.owner !== this.#memory) {
      throw foreignAssignment(doing);
    }
    expectPass(doing, assignment, matrix, centroids);
    // Throws if it was disposed of.
    void assignment.current;
    return { state: assignment, matrix };
  }
}
