import type { CreateOptions, Matrix } from "../matrix.ts";
import type { Heap } from "./runtime/heap.ts";

/** A matrix in the kernels' memory. */
export class WasmMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Address of row 0. */
  readonly address: number;
  readonly #heap: Heap;

  constructor(heap: Heap, rows: number, columns: number, address: number) {
    this.#heap = heap;
    this.rows = rows;
    this.columns = columns;
    this.address = address;
  }

  /** Address of a row. */
  rowAddress(row: number): number {
    return this.address + row * this.stride;
  }

  /** Bytes from one row to the next. */
  get stride(): number {
    return this.columns * 4;
  }

  dispose(): void {
    this.#heap.release(this.address);
  }
}

/** A matrix of zeros, unless it may stay uninitialized. */
export async function createMatrix(
  heap: Heap,
  rows: number,
  columns: number,
  { uninitialized = false }: CreateOptions = {},
): Promise<WasmMatrix> {
  const doing = "creating a matrix";
  const bytes = rows * columns * 4;
  const address = await (uninitialized ? heap.allocate(bytes, doing) : heap.allocateZeros(bytes, doing));
  return new WasmMatrix(heap, rows, columns, address);
}
