import type { CreateOptions, Matrix } from "@wellbegun/core/backend";
import type { PooledBuffer } from "./buffer-pool.ts";
import type { Engine } from "./engine.ts";
import { type Span, spanOf } from "./span.ts";

/** A matrix in a buffer on the device. */
export class WebgpuMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly engine: Engine;
  readonly buffer: PooledBuffer;

  constructor(engine: Engine, rows: number, columns: number, buffer: PooledBuffer) {
    this.engine = engine;
    this.rows = rows;
    this.columns = columns;
    this.buffer = buffer;
    engine.openHandle();
  }

  /** Bytes of a row. */
  get rowBytes(): number {
    return this.columns * 4;
  }

  /** Some rows, for a kernel. */
  span(firstRow: number, rows: number): Span {
    const { rowBytes } = this;
    return spanOf(this.buffer, firstRow * rowBytes, rows * rowBytes, this.engine.limits);
  }

  dispose(): void {
    this.engine.closeHandle([this.buffer]);
  }
}

/** A matrix of zeros, unless it may stay uninitialized. */
export async function createMatrix(
  engine: Engine,
  rows: number,
  columns: number,
  { uninitialized = false }: CreateOptions = {},
): Promise<WebgpuMatrix> {
  const doing = `creating a ${rows} x ${columns} matrix`;
  const bytes = rows * columns * 4;
  const buffer = await engine.acquire(doing, bytes);
  if (uninitialized) return new WebgpuMatrix(engine, rows, columns, buffer);
  try {
    const commands = engine.commands(doing);
    commands.clear(buffer, bytes);
    commands.submit();
    return new WebgpuMatrix(engine, rows, columns, buffer);
  } catch (error) {
    engine.pool.release(buffer);
    throw error;
  }
}

/** Fills rows of a matrix; see `Operations.write`. */
export async function writeRows(
  matrix: WebgpuMatrix,
  firstRow: number,
  rows: number,
  fill: (into: Float32Array) => void | Promise<void>,
): Promise<void> {
  const doing = `writing ${rows} rows of a ${matrix.rows} x ${matrix.columns} matrix`;
  const { engine, rowBytes } = matrix;
  if (rows === 0) return await fill(new Float32Array(0));
  await engine.fill(doing, matrix.buffer, firstRow * rowBytes, rows * rowBytes, (memory) =>
    fill(new Float32Array(memory)),
  );
  engine.traffic.matricesUploaded += rows * rowBytes;
}

/** Lends rows of a matrix; see `Operations.read`. */
export async function readRows<T>(
  matrix: WebgpuMatrix,
  firstRow: number,
  rows: number,
  use: (view: Float32Array) => T | Promise<T>,
): Promise<T> {
  const doing = `reading ${rows} rows of a ${matrix.rows} x ${matrix.columns} matrix`;
  const { engine, rowBytes } = matrix;
  if (rows === 0) return await use(new Float32Array(0));
  const bytes = rows * rowBytes;
  const part = { buffer: matrix.buffer, from: firstRow * rowBytes, bytes };
  engine.traffic.matricesDownloaded += bytes;
  return await engine.receive(doing, engine.commands(doing), [part], (memory) => {
    return use(new Float32Array(memory, 0, rows * matrix.columns));
  });
}
