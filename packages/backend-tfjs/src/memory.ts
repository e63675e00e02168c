import { WellbegunError } from "@wellbegun/core";
import type { Engine } from "./engine.ts";
import { TfjsMatrix } from "./matrix.ts";

/** Bounds of what a backend of TensorFlow.js can hold, in bytes. */
export interface Limits {
  readonly maxMatrixBytes: number;
  readonly maxTotalBytes?: number | undefined;
}

/** The matrices of one backend, counted. */
export class Memory {
  readonly #engine: Engine;
  readonly #limits: Limits;
  #matrixBytes = 0;

  constructor(engine: Engine, limits: Limits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** Bytes of all matrices. */
  get matrixBytes(): number {
    return this.#matrixBytes;
  }

  create(rows: number, columns: number): TfjsMatrix {
    const doing = "creating a matrix";
    this.#expectRoom(doing, rows, columns);
    const matrix = new TfjsMatrix(this.#engine, rows, columns, () => {
      this.#matrixBytes -= matrix.byteLength;
    });
    this.#matrixBytes += matrix.byteLength;
    return matrix;
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
