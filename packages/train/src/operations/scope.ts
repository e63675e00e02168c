import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/** Matrices that are freed together, such as the temporaries of one step. */
export class Scope {
  readonly #backend: Backend;
  readonly #matrices: Matrix[] = [];

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** A new matrix of zeros. */
  async create(rows: number, columns: number): Promise<Matrix> {
    const matrix = await this.#backend.create(rows, columns);
    this.#matrices.push(matrix);
    return matrix;
  }

  /** A new matrix of the same shape, of zeros. */
  async like({ rows, columns }: Matrix): Promise<Matrix> {
    return await this.create(rows, columns);
  }

  /** A new matrix with undefined content, for a result that overwrites all of it. */
  async result(rows: number, columns: number): Promise<Matrix> {
    const matrix = await this.#backend.create(rows, columns, { uninitialized: true });
    this.#matrices.push(matrix);
    return matrix;
  }

  /** As {@link result}, of the same shape as another matrix. */
  async resultLike({ rows, columns }: Matrix): Promise<Matrix> {
    return await this.result(rows, columns);
  }

  /** A new matrix with the given row-major values. */
  async upload(values: ArrayLike<number>, rows: number, columns: number): Promise<Matrix> {
    const matrix = await this.result(rows, columns);
    if (rows > 0) await this.#backend.write(matrix, 0, rows, (into) => into.set(values));
    return matrix;
  }

  /** A new matrix with the values of another. */
  async copy(source: Matrix): Promise<Matrix> {
    const { training } = this.#backend;
    const matrix = await (training === undefined ? this.like(source) : this.resultLike(source));
    if (training === undefined) await this.#backend.addScaled(matrix, source, 1);
    else await training.weightedSum([source], [1], matrix);
    return matrix;
  }

  /** Frees all of them. */
  dispose(): void {
    for (const matrix of this.#matrices.splice(0)) matrix.dispose();
  }
}

/** Runs `use` with a scope that is disposed of afterwards. */
export async function withScope<T>(backend: Backend, use: (scope: Scope) => Promise<T>): Promise<T> {
  const scope = new Scope(backend);
  try {
    return await use(scope);
  } finally {
    scope.dispose();
  }
}

/** The values of a matrix, copied. */
export async function download(backend: Backend, matrix: Matrix): Promise<Float32Array> {
  return await backend.read(matrix, 0, matrix.rows, (view) => view.slice());
}
