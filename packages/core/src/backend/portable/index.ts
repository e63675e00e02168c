import type {
  Assignment,
  AssignmentStep,
  Backend,
  Capabilities,
  ColumnMoments,
  Matrix,
  RowTransform,
  SparseMatrix,
  TopK,
} from "../backend.ts";
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
  expectSparseProduct,
} from "../operands.ts";
import { foreignAssignment } from "../ownership.ts";
import { assign, PortableAssignment } from "./assign.ts";
import { assignedDistances, squaredDistances } from "./distances.ts";
import { Memory } from "./memory.ts";
import { gram, multiply, productOf } from "./multiply.ts";
import { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
import { multiplySparse } from "./sparse.ts";
import { rowsOf, Tile } from "./tile.ts";
import { topK } from "./top-k.ts";

/**
 * The portable backend: plain TypeScript on one thread, on every runtime, with nothing to install. Values are
 * stored as float32 and computed in float64, sums in row order; it is the oracle that other backends are held to.
 *
 * @example
 * ```ts
 * import { cpu } from "@wellbegun/core";
 *
 * const backend = cpu();
 * const x = await backend.create(2, 2);
 * await backend.write(x, 0, 2, (into) => into.set([3, 4, 0, 1]));
 * console.log([...(await backend.rowNorms(x))]); // [ 5, 1 ]
 * await backend.dispose();
 * ```
 */
export function cpu(): Backend {
  return new PortableBackend();
}

class PortableBackend implements Backend {
  readonly name: string = "cpu";
  readonly capabilities: Capabilities = { device: "cpu", hostMemory: true };
  readonly #memory: Memory = new Memory();
  readonly #tile: Tile = new Tile();

  async create(rows: number, columns: number): Promise<Matrix> {
    return this.#memory.create(rows, columns);
  }

  async write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void> {
    await fill(this.#block("writing rows", target, firstRow, rows));
  }

  async read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    return await use(this.#block("reading rows", source, firstRow, rows));
  }

  async columnMoments(
    x: Matrix,
    options: { shift?: Float64Array; missing?: Uint8Array } = {},
  ): Promise<ColumnMoments> {
    const doing = "summing columns";
    const { values, rows, columns } = this.#memory.own(x, doing);
    expectRowOptions(doing, x, options);
    return columnMoments(values, rows, columns, options.shift, options.missing);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const { values, rows, columns } = this.#memory.own(x, doing);
    expectRowOptions(doing, x, transform);
    transformRows(values, rows, columns, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    const { values, rows, columns } = this.#memory.own(x, "computing row norms");
    return rowNorms(values, rows, columns);
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const { values, rows, columns } = this.#memory.own(x, doing);
    expectFactors(doing, x, factor);
    scaleRows(values, rows, columns, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#memory.own(y, doing);
    const from = this.#memory.own(x, doing);
    expectAddends(doing, to, from, firstColumn);
    addScaled(to.values, to.columns, firstColumn, from.values, from.rows, from.columns, alpha);
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
    const product = productOf(left, right, options.transposeA ?? false);
    const into = this.#memory.own(out, doing);
    expectProduct(doing, left, right, into, options.transposeA ?? false);
    multiply(product, into.values, options.accumulate ?? false, this.#tile);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    const { values, rows, columns } = this.#memory.own(x, "computing a Gram matrix");
    return gram(values, rows, columns, this.#tile);
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
    multiplySparse(s, right.values, right.columns, into.values, options.accumulate ?? false);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const { values, rows, columns } = this.#memory.own(x, doing);
    expectPoints(doing, x, points, count);
    return squaredDistances(values, rows, columns, points, count);
  }

  async createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment> {
    const doing = "creating an assignment";
    this.#memory.expectOpen(doing);
    expectClustering(doing, rows, columns, clusters, missing);
    return new PortableAssignment(rows, columns, clusters, missing);
  }

  async assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const { state, values } = this.#assignment("assigning rows to centroids", assignment, x, centroids);
    return assign(state, values, centroids, this.#tile);
  }

  async assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    const { state, values } = this.#assignment("computing distances to centroids", assignment, x, centroids);
    return assignedDistances(values, state.columns, state.current, centroids);
  }

  async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
    const doing = "ranking items";
    const left = this.#memory.own(users, doing);
    const right = this.#memory.own(items, doing);
    const columns = left.columns;
    expectRanking(doing, left, right, k, exclude);
    const ranking = {
      users: rowsOf(left.values, columns),
      userCount: left.rows,
      items: rowsOf(right.values, columns),
      itemCount: right.rows,
      columns,
      k,
      exclude,
    };
    return topK(ranking, this.#tile);
  }

  async dispose(): Promise<void> {
    this.#memory.dispose();
  }

  #block(doing: string, matrix: Matrix, firstRow: number, rows: number): Float32Array {
    const { values, columns } = this.#memory.own(matrix, doing);
    expectRows(doing, matrix, firstRow, rows);
    return values.subarray(firstRow * columns, (firstRow + rows) * columns);
  }

  #assignment(
    doing: string,
    assignment: Assignment,
    x: Matrix,
    centroids: Float32Array,
  ): { readonly state: PortableAssignment; readonly values: Float32Array } {
    const { values } = this.#memory.own(x, doing);
    if (!(assignment instanceof PortableAssignment)) throw foreignAssignment(doing);
    expectPass(doing, assignment, x, centroids);
    return { state: assignment, values };
  }
}
