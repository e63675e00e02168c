import { WellbegunError } from "../../errors.ts";
import type { Matrix } from "../backend.ts";
import { expectShape } from "../operands.ts";
import { disposedBackend, disposedMatrix, foreignMatrix } from "../ownership.ts";

/** A matrix in a Float32Array. */
export class PortableMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly memory: Memory;
  #values: Float32Array | undefined;

  constructor(memory: Memory, rows: number, columns: number, values: Float32Array) {
    this.rows = rows;
    this.columns = columns;
    this.memory = memory;
    this.#values = values;
  }

  /** The rows x columns values, row-major. */
  get values(): Float32Array {
    if (this.#values !== undefined) return this.#values;
    throw disposedMatrix("using a matrix", this);
  }

  dispose(): void {
    this.#values = undefined;
    this.memory.forget(this);
  }
}

/** All matrices of one backend. */
export class Memory {
  readonly #matrices: Set<PortableMatrix> = new Set();
  #disposed = false;

  create(rows: number, columns: number): PortableMatrix {
    const doing = "creating a matrix";
    this.expectOpen(doing);
    expectShape(doing, rows, columns);
    const matrix = new PortableMatrix(this, rows, columns, allocate(rows, columns));
    this.#matrices.add(matrix);
    return matrix;
  }

  /** The given matrix as one of this memory; throws if it belongs to another backend. */
  own(matrix: Matrix, doing: string): PortableMatrix {
    this.expectOpen(doing);
    if (matrix instanceof PortableMatrix && matrix.memory === this) return matrix;
    throw foreignMatrix(doing, matrix);
  }

  forget(matrix: PortableMatrix): void {
    this.#matrices.delete(matrix);
  }

  expectOpen(doing: string): void {
    if (this.#disposed) throw disposedBackend(doing);
  }

  dispose(): void {
    this.#disposed = true;
    for (const matrix of this.#matrices) matrix.dispose();
  }
}

function allocate(rows: number, columns: number): Float32Array {
  try {
    return new Float32Array(rows * columns);
  } catch (cause) {
    throw new WellbegunError("limit", {
      doing: "creating a matrix",
      expected: "memory that the runtime can allocate at once",
      found: `${rows} x ${columns} values of 4 bytes`,
      hint: "Work in smaller blocks of rows.",
      cause,
    });
  }
}
