import { WellbegunError } from "../../errors.ts";
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
import { expectLength, expectSize, expectWithin } from "../portable/check.ts";
import { expectSparse } from "../portable/sparse.ts";
import { ArrayCache } from "./array-cache.ts";
import { assign } from "./assign.ts";
import { createAssignment, WasmAssignment } from "./assignment.ts";
import { assignedDistances, squaredDistances } from "./distances.ts";
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
  readonly #engine: Engine;
  readonly #cache: ArrayCache;

  constructor(engine: Engine, device: string) {
    this.#engine = engine;
    this.#cache = new ArrayCache(engine.heap);
    this.capabilities = {
      device,
      maxMatrixBytes: engine.heap.capacity,
      maxTotalBytes: engine.heap.capacity,
      threads: engine.threads,
    };
  }

  async create(rows: number, columns: number): Promise<Matrix> {
    const doing = "creating a matrix";
    this.#engine.heap.expectOpen(doing);
    expectWithin(doing, "rows", rows, 0);
    expectWithin(doing, "columns", columns, 1);
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
    expectLength(doing, "shifts, one a column", own.columns, options.shift);
    expectLength(doing, "entries in the mask of missing rows", own.rows, options.missing);
    return await columnMoments(this.#engine, own, options.shift, options.missing);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const own = this.#own(x, doing);
    expectLength(doing, "shifts, one a column", own.columns, transform.shift);
    expectLength(doing, "scales, one a column", own.columns, transform.scale);
    expectLength(doing, "entries in the mask of missing rows", own.rows, transform.missing);
    await transformRows(this.#engine, own, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    return await rowNorms(this.#engine, this.#own(x, "computing row norms"));
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const own = this.#own(x, doing);
    if (typeof factor !== "number") expectSize(doing, "factors, one a row", own.rows, factor.length);
    await scaleRows(this.#engine, own, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#own(y, doing);
    const from = this.#own(x, doing);
    expectSize(doing, "rows", to.rows, from.rows);
    expectWithin(doing, "columns to add", from.columns, 1, to.columns);
    expectWithin(doing, "firstColumn", firstColumn, 0, to.columns - from.columns);
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
    expectSize(doing, "rows of b", transposed ? left.rows : left.columns, right.rows);
    expectSize(doing, "rows of out", transposed ? left.columns : left.rows, into.rows);
    expectSize(doing, "columns of out", right.columns, into.columns);
    expectApart(doing, into, left, right);
    const product = transposed ? multiplyTransposed : multiply;
    await product(this.#engine, left, right, into, options.accumulate ?? false);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    return await gram(this.#engine, this.#own(x, "computing a Gram matrix"));
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
    expectSparse(doing, s);
    expectSize(doing, "rows of x", s.columns, right.rows);
    expectSize(doing, "rows of out", s.rows, into.rows);
    expectSize(doing, "columns of out", right.columns, into.columns);
    expectApart(doing, into, right);
    await multiplySparse(this.#engine, this.#cache, s, right, into, options.accumulate ?? false);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const own = this.#own(x, doing);
    expectWithin(doing, "count", count, 0);
    expectSize(doing, "values in points", count * own.columns, points.length);
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
    expectWithin(doing, "rows", rows, 0);
    expectWithin(doing, "columns", columns, 1);
    expectWithin(doing, "clusters", clusters, 1);
    expectLength(doing, "entries in the mask of missing rows", rows, missing);
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
    expectSize(doing, "columns of items, as of users", left.columns, right.columns);
    expectWithin(doing, "k", k, 1);
    if (exclude !== undefined) {
      expectSparse(doing, exclude);
      expectSize(doing, "rows of exclude, one a user", left.rows, exclude.rows);
      expectSize(doing, "columns of exclude, one an item", right.rows, exclude.columns);
    }
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
    expectWithin(doing, "firstRow", firstRow, 0, own.rows);
    expectWithin(doing, `rows from row ${firstRow} on`, rows, 0, own.rows - firstRow);
    return await this.#engine.heap.lend(own.rowAddress(firstRow), rows * own.columns, use);
  }

  #assignment(
    doing: string,
    assignment: Assignment,
    x: Matrix,
    centroids: Float32Array,
  ): { readonly state: WasmAssignment; readonly matrix: WasmMatrix } {
    const matrix = this.#own(x, doing);
    if (!(assignment instanceof WasmAssignment) || assignment.heap !== this.#engine.heap) {
      throw new WellbegunError("mismatch", {
        doing,
        expected: "an assignment of this backend",
        found: "one of another backend",
      });
    }
    expectSize(doing, "rows", assignment.rows, matrix.rows);
    expectSize(doing, "columns", assignment.columns, matrix.columns);
    expectSize(doing, "values in centroids", assignment.clusters * matrix.columns, centroids.length);
    return { state: assignment, matrix };
  }
}

function expectApart(doing: string, out: Matrix, ...inputs: readonly Matrix[]): void {
  if (!inputs.includes(out)) return;
  throw new WellbegunError("mismatch", {
    doing,
    expected: "an out that is none of the inputs",
    found: "the same matrix",
  });
}
