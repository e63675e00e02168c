import type { Matrix } from "../backend.ts";
import { disposedMatrix, foreignMatrix } from "../ownership.ts";
import type { Heap } from "./heap.ts";

/** A matrix in the kernels' memory. */
export class WasmMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly heap: Heap;
  #address: number;

  constructor(heap: Heap, rows: number, columns: number, address: number) {
    this.heap = heap;
    this.rows = rows;
    this.columns = columns;
    this.#address = address;
  }

  /** Where row 0 starts. */
  get address(): number {
    return this.#address;
  }

  /** Throws `disposed` if the matrix is gone. */
  expectUsable(doing: string): void {
    if (this.#address === 0) throw disposedMatrix(doing, this);
  }

  /** Where a row starts. */
  rowAddress(row: number): number {
    return this.#address + row * this.stride;
  }

  /** Bytes from one row to the next. */
  get stride(): number {
    return this.columns * 4;
  }

  dispose(): void {
    this.heap.release(this.#address);
    this.#address = 0;
  }
}

/** A matrix of zeros. */
export async function createMatrix(
  heap: Heap,
  rows: number,
  columns: number,
  doing: string,
): Promise<WasmMatrix> {
  return new WasmMatrix(heap, rows, columns, await heap.allocateZeros(rows * columns * 4, doing));
}

/** The given matrix as one over `heap`; throws `mismatch` if it is another backend's, `disposed` if it is gone. */
export function ownMatrix(heap: Heap, matrix: Matrix, doing: string): WasmMatrix {
  heap.expectOpen(doing);
  if (matrix instanceof WasmMatrix && matrix.heap === heap) {
    matrix.expectUsable(doing);
    return matrix;
  }
  throw foreignMatrix(doing, matrix);
}
