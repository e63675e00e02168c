import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { type EncoderIdentity, type FeatureSource, WellbegunError } from "@wellbegun/core";
import { expectChoice, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { firstNonFinite } from "../finite.ts";
import { allocateFloat32 } from "../formats/allocate.ts";
import { elementBytes, isNativeFloat32 } from "../formats/elements.ts";
import { decodeNpyValues, npyRowRange } from "../formats/npy-decode.ts";
import {
  checkNpySize,
  NPY_PREAMBLE_BYTES,
  type NpyHeader,
  npyHeaderEnd,
  parseNpyHeader,
} from "../formats/npy-header.ts";
import { openFile, readFully } from "./files.ts";

/** Options of {@link openNpyFeatures}. */
export interface NpyFeaturesOptions {
  /**
   * Which rows count as missing. `zeros` (the default): all-zero rows, with which datasets pad items without
   * content. `none`: no rows; a row of zeros is a feature like any other.
   */
  readonly missing?: "zeros" | "none" | undefined;
  /** What made the features. Default: unknown. */
  readonly encoder?: EncoderIdentity | undefined;
  /** 1 for each item without features, as an encoder found; `missing` then adds no rows. Default: unknown. */
  readonly mask?: Uint8Array | undefined;
  /** Whether to throw for NaN and infinities. Default: true. If false, they spread into every result. */
  readonly finite?: boolean | undefined;
}

const optionNames = namesOf<NpyFeaturesOptions>({ missing: true, encoder: true, mask: true, finite: true });

/** Features in an `.npy` file, read in blocks of rows. Close it when done. */
export interface NpyFeatures extends FeatureSource {
  /** The file's path. */
  readonly label: string;
  /** The file's header: dtype, byte order, row or column order, shape. */
  readonly header: NpyHeader;
  /** Number of missing rows. */
  readonly missingCount: number;
  read(firstRow: number, rows: number, into: Float32Array): Promise<void>;
  /** Closes the file. Reading afterwards throws; closing twice does nothing. */
  close(): Promise<void>;
}

/** Values that are converted, transposed or scanned at a time: 1 MiB of float32. */
const BLOCK_VALUES = 1 << 18;

/**
 * Opens an `.npy` file as features: one row for each item, of any float or int type, read as float32. Row-major
 * little-endian float32 is read directly into the caller's memory; other types are converted in blocks; a file
 * in Fortran order is read into memory whole, once. Opening reads the whole file once to find missing rows and
 * to check the values; with `missing: "none"` this pass is skipped, and every block is checked when it is read.
 *
 * @throws {WellbegunError} `io` if the file cannot be read; `format` as `parseNpyHeader`, or if the file's size is not
 * what its header says; `invalid-data` if a value is NaN or infinite, naming the file, row and column; `invalid-option`.
 */
export async function openNpyFeatures(path: string, options: NpyFeaturesOptions = {}): Promise<NpyFeatures> {
  refuseUnknownKeys("opening features", options, optionNames);
  expectChoice("opening features", "missing", options.missing, ["zeros", "none"]);
  const { handle, bytes } = await openFile(path, "opening features");
  try {
    const header = await readHeader(handle, bytes, path);
    const stored = header.fortranOrder
      ? await transposedReader(handle, header, path)
      : rowReader(handle, header, path);
    const { rows, columns } = header;
    const check = options.finite !== false;
    const read = async (firstRow: number, count: number, into: Float32Array): Promise<void> => {
      const block = blockOf(header, firstRow, count, into, path);
      await stored(firstRow, count, block);
      if (check) requireFinite(block, firstRow, columns, path);
    };
    if (options.mask !== undefined) requireMask(options.mask, rows, path);
    const found = options.missing === "none" ? undefined : await findZeroRows(rows, columns, read);
    const missing = options.mask ?? found;
    const missingCount = missing?.reduce((sum, flag) => sum + flag, 0) ?? 0;
    return {
      rows,
      columns,
      missing: missingCount === 0 ? undefined : missing,
      missingCount,
      label: path,
      encoder: options.encoder,
      header,
      // The pass above has checked the values already.
      read:
        found === undefined
          ? read
          : (firstRow, count, into) => stored(firstRow, count, blockOf(header, firstRow, count, into, path)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function requireMask(mask: Uint8Array, rows: number, path: string): void {
  if (mask.length === rows) return;
  throw new WellbegunError("mismatch", {
    doing: "opening features",
    expected: `a mask of ${rows} items`,
    found: `${mask.length}`,
    at: path,
  });
}

/** Rows up to this many bytes are read synchronously, which is faster than waking a thread of the pool. */
const SMALL_READ_BYTES = 1 << 16;

type RowReader = (firstRow: number, rows: number, into: Float32Array) => Promise<void>;

async function readHeader(handle: FileHandle, fileBytes: number, path: string): Promise<NpyHeader> {
  const start = new Uint8Array(Math.min(fileBytes, NPY_PREAMBLE_BYTES));
  await readFully(handle, start, 0, path);
  const bytes = new Uint8Array(Math.min(fileBytes, npyHeaderEnd(start, path)));
  await readFully(handle, bytes, 0, path);
  const header = parseNpyHeader(bytes, path);
  checkNpySize(header, fileBytes, path);
  if (header.columns > 0) return header;
  throw new WellbegunError("invalid-data", {
    doing: "opening features",
    expected: "at least one column",
    found: `shape (${header.shape.join(", ")})`,
    at: path,
  });
}

/** The part of `into` that the rows fill, after a check that the rows exist and `into` is long enough. */
function blockOf(
  header: NpyHeader,
  firstRow: number,
  rows: number,
  into: Float32Array,
  path: string,
): Float32Array {
  const values = rows * header.columns;
  const within = firstRow >= 0 && rows >= 0 && firstRow + rows <= header.rows;
  if (within && into.length >= values) return into.subarray(0, values);
  throw new WellbegunError("mismatch", {
    doing: "reading features",
    expected: within
      ? `room for ${rows} x ${header.columns} values`
      : `rows within the file's ${header.rows}`,
    found: within ? `${into.length}` : `${rows} rows from row ${firstRow}`,
    at: path,
  });
}

/** Reads rows of a row-major file. */
function rowReader(handle: FileHandle, header: NpyHeader, path: string): RowReader {
  const { columns, dtype } = header;
  if (isNativeFloat32(dtype, header.littleEndian)) {
    return async (firstRow, rows, into) => {
      const memory = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
      const { start } = npyRowRange(header, firstRow, rows);
      const done = memory.length <= SMALL_READ_BYTES ? readAtOnce(handle, memory, start) : 0;
      if (done < memory.length) await readFully(handle, memory.subarray(done), start + done, path);
    };
  }
  return async (firstRow, rows, into) => {
    const start = npyRowRange(header, firstRow, rows).start;
    await readConverted(handle, header, start, rows * columns, path, (first, values) =>
      into.set(values, first),
    );
  };
}

/** Reads bytes synchronously; returns 0 on failure, so that the asynchronous reader reports the reason. */
function readAtOnce(handle: FileHandle, into: Uint8Array, position: number): number {
  try {
    return readSync(handle.fd, into, 0, into.length, position);
  } catch {
    return 0;
  }
}

/** Reads rows of a file in Fortran order from a transposed copy in memory. */
async function transposedReader(handle: FileHandle, header: NpyHeader, path: string): Promise<RowReader> {
  const { rows, columns } = header;
  const hint = "Save the array in C order: np.save(path, np.ascontiguousarray(array)).";
  const data = allocateFloat32(rows * columns, "reading features in Fortran order", path, hint);
  let row = 0;
  let column = 0;
  await readConverted(handle, header, header.dataOffset, data.length, path, (_, values) => {
    for (const value of values) {
      data[row * columns + column] = value;
      if (++row < rows) continue;
      row = 0;
      column++;
    }
  });
  return async (firstRow, count, into) =>
    into.set(data.subarray(firstRow * columns, (firstRow + count) * columns));
}

/** Reads `count` values from a position in the file and passes them on as float32, block by block. */
async function readConverted(
  handle: FileHandle,
  header: NpyHeader,
  position: number,
  count: number,
  path: string,
  take: (first: number, values: Float32Array) => void,
): Promise<void> {
  const size = elementBytes(header.dtype);
  const length = Math.min(count, BLOCK_VALUES);
  const bytes = new Uint8Array(length * size);
  const values = new Float32Array(length);
  for (let first = 0; first < count; first += length) {
    const n = Math.min(length, count - first);
    await readFully(handle, bytes.subarray(0, n * size), position + first * size, path);
    decodeNpyValues(header, bytes.subarray(0, n * size), values.subarray(0, n));
    take(first, values.subarray(0, n));
  }
}

async function findZeroRows(rows: number, columns: number, read: RowReader): Promise<Uint8Array> {
  const zeros = new Uint8Array(rows);
  const height = Math.max(1, Math.floor(BLOCK_VALUES / columns));
  const block = new Float32Array(Math.min(rows, height) * columns);
  for (let first = 0; first < rows; first += height) {
    const count = Math.min(height, rows - first);
    await read(first, count, block);
    for (let r = 0; r < count; r++) {
      let c = 0;
      while (c < columns && block[r * columns + c] === 0) c++;
      if (c === columns) zeros[first + r] = 1;
    }
  }
  return zeros;
}

function requireFinite(block: Float32Array, firstRow: number, columns: number, path: string): void {
  const index = firstNonFinite(block);
  if (index < 0) return;
  throw new WellbegunError("invalid-data", {
    doing: "reading features",
    expected: "finite numbers",
    found: `${block[index]}`,
    at: `${path}, row ${firstRow + Math.floor(index / columns)}, column ${index % columns}`,
  });
}
