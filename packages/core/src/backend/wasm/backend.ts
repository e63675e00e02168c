import type { SymmetricEigen } from "../../linalg/symmetric-eigen.ts";
import type {
  Assignment,
  AssignmentStep,
  Backend,
  Capabilities,
  ColumnMoments,
  GatheredPasses,
  Matrix,
  RowSource,
  RowTransform,
  SparseMatrix,
  TopK,
} from "../backend.ts";
import { expectSize, expectWithin } from "../check.ts";
import {
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
  expectSparseShapes,
} from "../operands.ts";
import { foreignAssignment } from "../ownership.ts";
import { ArrayCache } from "./array-cache.ts";
import { assign } from "./assign.ts";
import { assignGathered, gatheredDistances, type OwnRows } from "./assign-gathered.ts";
import { createAssignment, WasmAssignment } from "./assignment.ts";
import { basisCapacity } from "./basis.ts";
import { assignedDistances, squaredDistances } from "./distances.ts";
import { symmetricEigen } from "./eigen.ts";
import type { Engine } from "./engine.ts";
import { gram } from "./gram.ts";
import { createMatrix, ownMatrix, type WasmMatrix } from "./matrix.ts";
import { multiply, multiplyTransposed } from "./multiply.ts";
import { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
import { multiplySparse } from "./sparse.ts";
import { topK } from "./topk.ts";

/** Checks what callers pass, and hands the work to one file an operation. */
export class WasmBackend implements Backend {
  readonly name: string = "wasm";
  readonly capabilities: Capabilities;
  /** With a basis, few rows are visited. */
  readonly gathered: GatheredPasses = {
    suits: (rows, columns, clusters) => basisCapacity(rows, columns, clusters) > 0,
    assign: async (assignment, rows, centroids) => {
      const own = this.#gathered("assigning rows to centroids", assignment, rows, centroids);
      return await assignGathered(this.#engine, own.state, own.rows, centroids);
    },
    assignedDistances: async (assignment, rows, centroids) => {
      const own = this.#gathered("computing distances to centroids", assignment, rows, centroids);
      return await gatheredDistances(this.#engine, own.state, own.rows, centroids);
    },
  };
  readonly #engine: Engine;
  readonly #cache: ArrayCache;

  constructor(engine: Engine, device: string) {
    this.#engine = engine;
    this.#cache = new ArrayCache(engine.heap);
    this.capabilities = {
      device,
      hostMemory: true,
      maxMatrixBytes: engine.heap.capacity,
      maxTotalBytes: engine.heap.capacity,
      threads: engine.threads,
    };
  }

  async create(rows: number, columns: number): Promise<Matrix> {
    const doing = "creating a matrix";
    this.#engine.heap.expectOpen(doing);
    expectShape(doing, rows, columns);
    return await createMatrix(this.#engine.heap, rows, columns, doing);
  }

  async write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void> {
    await this.#lend("writing rows", target, firstRow, rows, fill);
  }

  async read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    return await this.#lend("reading rows", source, firstRow, rows, use);
  }

  async columnMoments(
    x: Matrix,
    options: { shift?: Float64Array; missing?: Uint8Array } = {},
  ): Promise<ColumnMoments> {
    const doing = "summing columns";
    const own = this.#own(x, doing);
    expectRowOptions(doing, x, options);
    return await columnMoments(this.#engine, own, options.shift, options.missing);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const own = this.#own(x, doing);
    expectRowOptions(doing, x, transform);
    await transformRows(this.#engine, own, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    return await rowNorms(this.#engine, this.#own(x, "computing row norms"));
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const own = this.#own(x, doing);
    expectFactors(doing, x, factor);
    await scaleRows(this.#engine, own, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#own(y, doing);
    const from = this.#own(x, doing);
    expectAddends(doing, to, from, firstColumn);
    await addScaled(this.#engine, to, from, alpha, firstColumn);
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
    const product = transposed ? multiplyTransposed : multiply;
    await product(this.#engine, left, right, into, options.accumulate ?? false);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    return await gram(this.#engine, this.#own(x, "computing a Gram matrix"));
  }

  async symmetricEigen(a: Float64Array, n: number, count: number): Promise<SymmetricEigen> {
    this.#engine.heap.expectOpen("computing eigenvectors");
    return await symmetricEigen(this.#engine, a, n, count);
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
    expectSparseShapes(doing, s, right, into);
    await multiplySparse(this.#engine, this.#cache, s, right, into, options.accumulate ?? false);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const own = this.#own(x, doing);
    expectPoints(doing, x, points, count);
    return await squaredDistances(this.#engine, own, points, count);
  }

  async createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment> {
    const doing = "creating an assignment";
    this.#engine.heap.expectOpen(doing);
    expectClustering(doing, rows, columns, clusters, missing);
    return await createAssignment(this.#engine.heap, rows, columns, clusters, missing);
  }

  async assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const own = this.#assignment("assigning rows to centroids", assignment, x, centroids);
    return await assign(this.#engine, own.state, own.matrix, centroids);
  }

  async assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    const own = this.#assignment("computing distances to centroids", assignment, x, centroids);
    return await assignedDistances(this.#engine, own.matrix, own.state.blocks.labels, centroids);
  }

  async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
    const doing = "ranking items";
    const left = this.#own(users, doing);
    const right = this.#own(items, doing);
    expectRanking(doing, left, right, k, exclude);
    return await topK(this.#engine, this.#cache, left, right, k, exclude);
  }

  async dispose(): Promise<void> {
    await this.#engine.dispose();
  }

  #own(matrix: Matrix, doing: string): WasmMatrix {
    return ownMatrix(this.#engine.heap, matrix, doing);
  }

  async #lend<T>(
    doing: string,
    matrix: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    const own = this.#own(matrix, doing);
    expectRows(doing, matrix, firstRow, rows);
    return await this.#engine.heap.lend(own.rowAddress(firstRow), rows * own.columns, use);
  }

  #assignment(
    doing: string,
    assignment: Assignment,
    x: Matrix,
    centroids: Float32Array,
  ): { readonly state: WasmAssignment; readonly matrix: WasmMatrix } {
    const matrix = this.#own(x, doing);
    const state = this.#state(doing, assignment);
    expectPass(doing, state, matrix, centroids);
    return { state, matrix };
  }

  #gathered(
    doing: string,
    assignment: Assignment,
    source: RowSource,
    centroids: Float32Array,
  ): { readonly state: WasmAssignment; readonly rows: OwnRows } {
    this.#engine.heap.expectOpen(doing);
    const state = this.#state(doing, assignment);
    expectSize(doing, "values in centroids", state.clusters * state.columns, centroids.length);
    expectSize(doing, "basis, as `suits` tells", 1, Number(state.basis !== undefined));
    const own = async (rows: Uint32Array): Promise<WasmMatrix> => {
      const x = this.#own(await source.gather(rows), doing);
      expectSize(doing, "columns", state.columns, x.columns);
      expectWithin(doing, "rows gathered", x.rows, rows.length);
      return x;
    };
    return { state, rows: { most: source.most, gather: own } };
  }

  #state(doing: string, assignment: Assignment): WasmAssignment {
    if (assignment instanceof WasmAssignment && assignment.heap === this.#engine.heap) return assignment;
    throw foreignAssignment(doing);
  }
}
