import { WellbegunError } from "../errors.ts";
import type {
  Assignment,
  AssignmentStep,
  Backend,
  Capabilities,
  ColumnMoments,
  CreateOptions,
  GatheredPasses,
  Matrix,
  RowTransform,
  SparseMatrix,
  TopK,
} from "./backend.ts";
import { ASSIGNING, checkedPasses, MEASURING } from "./checked-passes.ts";
import { checkedSeeding } from "./checked-seeding.ts";
import { checkedTraining } from "./checked-training.ts";
import type { Device } from "./device.ts";
import { Handles } from "./handles.ts";
import * as operands from "./operands.ts";
import type { TrainingOperations } from "./training.ts";

/**
 * Makes the backend of a device: it creates the handles, checks the operands of each operation, and passes the
 * device's own matrices on. Every backend is made by this function, so all of them refuse the same calls with
 * the same messages.
 */
export function checkedBackend<M extends Matrix, A extends Assignment>(device: Device<M, A>): Backend {
  return new CheckedBackend(device);
}

class CheckedBackend<M extends Matrix, A extends Assignment> implements Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly symmetricEigen?: NonNullable<Backend["symmetricEigen"]>;
  readonly gathered?: GatheredPasses;
  readonly createSeeding?: NonNullable<Backend["createSeeding"]>;
  readonly training?: TrainingOperations;
  readonly #device: Device<M, A>;
  readonly #matrices: Handles<Matrix, M> = new Handles(
    "a matrix",
    ({ rows, columns }) => `${rows} x ${columns}`,
  );
  readonly #assignments: Handles<Assignment, A> = new Handles(
    "an assignment",
    ({ rows, clusters }) => `${rows} rows and ${clusters} clusters`,
  );
  #end: Promise<void> | undefined;

  constructor(device: Device<M, A>) {
    this.#device = device;
    this.name = device.name;
    this.capabilities = device.capabilities;
    if (device.symmetricEigen !== undefined) {
      this.symmetricEigen = async (a, n, count) => {
        const doing = "computing eigenvectors";
        this.#expectUsable(doing);
        operands.expectEigen(doing, a, n, count);
        return await device.symmetricEigen!(a, n, count);
      };
    }
    const own = (doing: string, matrix: Matrix): M => this.#own(doing, matrix);
    if (device.createSeeding !== undefined) this.createSeeding = checkedSeeding(device, own);
    if (device.training !== undefined) this.training = checkedTraining(device.training, own);
    if (device.gathered !== undefined) {
      const state = (doing: string, assignment: Assignment): A => this.#state(doing, assignment);
      this.gathered = checkedPasses(device.gathered, own, state);
    }
  }

  async create(rows: number, columns: number, options: CreateOptions = {}): Promise<Matrix> {
    const doing = "creating a matrix";
    this.#expectUsable(doing);
    operands.expectShape(doing, rows, columns);
    const handle: Matrix = { rows, columns, dispose: () => this.#matrices.dispose(handle) };
    return this.#matrices.add(handle, await this.#device.create(rows, columns, options));
  }

  async write(
    target: Matrix,
    firstRow: number,
    rows: number,
    fill: (into: Float32Array) => void | Promise<void>,
  ): Promise<void> {
    const doing = "writing rows";
    const own = this.#own(doing, target);
    operands.expectRows(doing, target, firstRow, rows);
    await this.#device.write(own, firstRow, rows, fill);
  }

  async read<T>(
    source: Matrix,
    firstRow: number,
    rows: number,
    use: (view: Float32Array) => T | Promise<T>,
  ): Promise<T> {
    const doing = "reading rows";
    const own = this.#own(doing, source);
    operands.expectRows(doing, source, firstRow, rows);
    return await this.#device.read(own, firstRow, rows, use);
  }

  async columnMoments(
    x: Matrix,
    options: { shift?: Float64Array; missing?: Uint8Array } = {},
  ): Promise<ColumnMoments> {
    const doing = "summing columns";
    const own = this.#own(doing, x);
    operands.expectRowOptions(doing, x, options);
    return await this.#device.columnMoments(own, options);
  }

  async transformRows(x: Matrix, transform: RowTransform): Promise<void> {
    const doing = "transforming rows";
    const own = this.#own(doing, x);
    operands.expectRowOptions(doing, x, transform);
    await this.#device.transformRows(own, transform);
  }

  async rowNorms(x: Matrix): Promise<Float32Array> {
    return await this.#device.rowNorms(this.#own("computing row norms", x));
  }

  async scaleRows(x: Matrix, factor: number | Float32Array): Promise<void> {
    const doing = "scaling rows";
    const own = this.#own(doing, x);
    operands.expectFactors(doing, x, factor);
    await this.#device.scaleRows(own, factor);
  }

  async addScaled(y: Matrix, x: Matrix, alpha: number, firstColumn: number = 0): Promise<void> {
    const doing = "adding a matrix";
    const to = this.#own(doing, y);
    const from = this.#own(doing, x);
    operands.expectAddends(doing, y, x, firstColumn);
    await this.#device.addScaled(to, from, alpha, firstColumn);
  }

  async multiply(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    options: { transposeA?: boolean; accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying matrices";
    const left = this.#own(doing, a);
    const right = this.#own(doing, b);
    const into = this.#own(doing, out);
    operands.expectProduct(doing, a, b, out, options.transposeA ?? false);
    await this.#device.multiply(left, right, into, options);
  }

  async gram(x: Matrix): Promise<Float64Array> {
    return await this.#device.gram(this.#own("computing a Gram matrix", x));
  }

  async multiplySparse(
    s: SparseMatrix,
    x: Matrix,
    out: Matrix,
    options: { accumulate?: boolean } = {},
  ): Promise<void> {
    const doing = "multiplying a sparse matrix";
    const right = this.#own(doing, x);
    const into = this.#own(doing, out);
    operands.expectSparseProduct(doing, s, x, out);
    if (this.#device.checksEntries !== true) operands.expectEntries(doing, s);
    await this.#device.multiplySparse(s, right, into, options);
  }

  async squaredDistances(x: Matrix, points: Float32Array, count: number): Promise<Float32Array> {
    const doing = "computing distances to points";
    const own = this.#own(doing, x);
    operands.expectPoints(doing, x, points, count);
    return await this.#device.squaredDistances(own, points, count);
  }

  async createAssignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
    gathered?: boolean,
  ): Promise<Assignment> {
    const doing = "creating an assignment";
    this.#expectUsable(doing);
    operands.expectClustering(doing, rows, columns, clusters, missing);
    const handle: Assignment = {
      rows,
      columns,
      clusters,
      labels: async () => await this.#state("reading labels", handle).labels(),
      dispose: () => this.#assignments.dispose(handle),
    };
    const made = await this.#device.createAssignment(rows, columns, clusters, missing, gathered);
    return this.#assignments.add(handle, made);
  }

  async assign(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const own = this.#own(ASSIGNING, x);
    const state = this.#state(ASSIGNING, assignment);
    operands.expectPass(ASSIGNING, assignment, x, centroids);
    return await this.#device.assign(state, own, centroids);
  }

  async assignedDistances(assignment: Assignment, x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    const own = this.#own(MEASURING, x);
    const state = this.#state(MEASURING, assignment);
    operands.expectPass(MEASURING, assignment, x, centroids);
    return await this.#device.assignedDistances(state, own, centroids);
  }

  async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
    const doing = "ranking items";
    const left = this.#own(doing, users);
    const right = this.#own(doing, items);
    operands.expectRanking(doing, users, items, k, exclude);
    return await this.#device.topK(left, right, k, exclude);
  }

  async dispose(): Promise<void> {
    this.#end ??= this.#disposeAll();
    await this.#end;
  }

  async #disposeAll(): Promise<void> {
    this.#assignments.disposeAll();
    this.#matrices.disposeAll();
    await this.#device.dispose();
  }

  #expectUsable(doing: string): void {
    if (this.#end !== undefined) {
      const expected = "a backend that was not disposed";
      throw new WellbegunError("disposed", { doing, expected, found: "a disposed one" });
    }
    this.#device.expectUsable?.(doing);
  }

  /** The device's matrix of a handle. */
  #own(doing: string, matrix: Matrix): M {
    this.#expectUsable(doing);
    return this.#matrices.get(doing, matrix);
  }

  /** The device's assignment of a handle. */
  #state(doing: string, assignment: Assignment): A {
    this.#expectUsable(doing);
    return this.#assignments.get(doing, assignment);
  }
}
