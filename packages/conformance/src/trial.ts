import type { Backend } from "@wellbegun/core";
import type { Assignment, Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { expectClose } from "./check.ts";
import type { Table } from "./inputs.ts";
import type { Expected } from "./reference.ts";
import type { Tolerances } from "./tolerances.ts";

/** The context of one case: the backend under test, and the matrices of the case, which are released at its end. */
export class Trial {
  readonly backend: Backend;
  readonly tolerances: Tolerances;
  readonly #createBackend: () => Promise<Backend>;
  readonly #made: { dispose(): void }[] = [];

  constructor(backend: Backend, createBackend: () => Promise<Backend>, tolerances: Tolerances) {
    this.backend = backend;
    this.tolerances = tolerances;
    this.#createBackend = createBackend;
  }

  /** A matrix of the backend that holds the table. */
  async load(table: Table): Promise<Matrix> {
    const matrix = await this.empty(table.rows, table.columns);
    if (table.rows > 0) await this.backend.write(matrix, 0, table.rows, (into) => into.set(table.values));
    return matrix;
  }

  /** A matrix of zeros. */
  async empty(rows: number, columns: number): Promise<Matrix> {
    return this.#keep(await this.backend.create(rows, columns));
  }

  /** A matrix of NaN, so that values which an operation does not write are noticed. */
  async garbage(rows: number, columns: number): Promise<Matrix> {
    const matrix = await this.empty(rows, columns);
    if (rows > 0) await this.backend.write(matrix, 0, rows, (into) => void into.fill(NaN));
    return matrix;
  }

  async assignment(
    rows: number,
    columns: number,
    clusters: number,
    missing?: Uint8Array,
  ): Promise<Assignment> {
    return this.#keep(await this.backend.createAssignment(rows, columns, clusters, missing));
  }

  /** The operations of training; cases of a backend without them are not run. */
  training(): TrainingOperations {
    return this.backend.training!;
  }

  /** A separate backend, for a case that disposes of it. */
  async secondBackend(): Promise<Backend> {
    return await this.#createBackend();
  }

  /** A copy of a matrix's values. */
  async valuesOf(matrix: Matrix): Promise<Float32Array> {
    return await this.backend.read(matrix, 0, matrix.rows, (view) => view.slice());
  }

  /** Throws unless the matrix holds the expected values, within the tolerance for values. */
  async expectMatrix(
    doing: string,
    matrix: Matrix,
    expected: Expected,
    ignore?: (row: number, column: number) => boolean,
  ): Promise<void> {
    const found = await this.valuesOf(matrix);
    expectClose(doing, found, expected, this.tolerances.values, matrix.columns, ignore);
  }

  /** Disposes of everything that was made, last first. */
  release(): void {
    for (const made of this.#made.splice(0).reverse()) made.dispose();
  }

  #keep<T extends { dispose(): void }>(made: T): T {
    this.#made.push(made);
    return made;
  }
}

/** One requirement on a backend. */
export interface CaseDefinition {
  /** The method of `Backend` concerned, such as `multiply` or `training.adam`. */
  readonly operation: string;
  readonly name: string;
  /** Resolves if the backend passes; otherwise throws an error that says what was found. */
  run(trial: Trial): Promise<void>;
}
