import { WellbegunError } from "@wellbegun/core";
import { disposedBackend, expectShape, foreignMatrix, type Matrix } from "@wellbegun/core/backend";
import type { Device } from "./device.ts";
import { TfjsMatrix } from "./matrix.ts";

/** Bounds of what a backend of TensorFlow.js can hold, in bytes. */
export interface Limits {
  readonly maxMatrixBytes: number;
  readonly maxTotalBytes?: number | undefined;
}

/** Something of a backend that holds tensors. */
interface Holder {
  dispose(): void;
}

/** Everything that one backend holds. */
export class Memory {
  readonly #device: Device;
  readonly #limits: Limits;
  readonly #held: Set<Holder> = new Set();
  #matrixBytes = 0;
  #disposed = false;

  constructor(device: Device, limits: Limits) {
    this.#device = device;
    this.#limits = limits;
  }

  /** Bytes of all matrices. */
  get matrixBytes(): number {
    return this.#matrixBytes;
  }

  create(rows: number, columns: number): TfjsMatrix {
    const doing = "creating a matrix";
    this.expectOpen(doing);
    expectShape(doing, rows, columns);
    this.#expectRoom(doing, rows, columns);
    const matrix = new TfjsMatrix(this.#device, rows, columns, this, (gone) => this.#forget(gone));
    this.#matrixBytes += matrix.byteLength;
    this.#held.add(matrix);
    return matrix;
  }

  /** The given matrix as one of this memory, not disposed of; throws otherwise. */
  own(matrix: Matrix, doing: string): TfjsMatrix {
    this.expectOpen(doing);
    if (matrix instanceof TfjsMatrix && matrix.owner === this) {
      matrix.expectOpen(doing);
      return matrix;
    }
    throw foreignMatrix(doing, matrix);
  }

  /** Disposes of `holder` with the backend. */
  hold(holder: Holder): void {
    this.#held.add(holder);
  }

  /** What was disposed of by its user need not be held any longer. */
  release(holder: Holder): void {
    this.#held.delete(holder);
  }

  expectOpen(doing: string): void {
    if (this.#disposed) throw disposedBackend(doing);
  }

  dispose(): void {
    this.#disposed = true;
    for (const holder of this.#held) holder.dispose();
  }

  #forget(matrix: TfjsMatrix): void {
    this.#held.delete(matrix);
    this.#matrixBytes -= matrix.byteLength;
  }

  #expectRoom(doing: string, rows: number, columns: number): void {
    const { maxMatrixBytes, maxTotalBytes } = this.#limits;
    const bytes = 4 * rows * columns;
    const found = `${rows} x ${columns} values, ${bytes} bytes`;
    const hint = "Work in smaller blocks of rows.";
    if (bytes > maxMatrixBytes) {
      const expected = `at most ${maxMatrixBytes} bytes in a matrix`;
      throw new WellbegunError("limit", { doing, expected, found, hint });
    }
    if (maxTotalBytes !== undefined && this.#matrixBytes + bytes > maxTotalBytes) {
      const expected = `at most ${maxTotalBytes} bytes in all matrices`;
      const beside = `${found} beside ${this.#matrixBytes} bytes`;
      throw new WellbegunError("limit", { doing, expected, found: beside, hint });
    }
  }
}
