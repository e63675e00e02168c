import { readFileSync } from "node:fs";

/** A `.npy` file of numbers, as written by numpy: version 1, little-endian, C order. */
export interface NpyArray {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: readonly number[];
}

const kinds = {
  "<f4": (bytes: ArrayBuffer) => new Float32Array(bytes),
  "<f8": (bytes: ArrayBuffer) => new Float64Array(bytes),
  "<i4": (bytes: ArrayBuffer) => new Int32Array(bytes),
};

/** Reads the files that the fixtures consist of, and refuses any other. */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  const headerLength = file.readUInt16LE(8);
  const header = file.toString("latin1", 10, 10 + headerLength);
  const kind = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (!header.includes("'fortran_order': False") || shape === undefined)
    throw new Error(`${path}: ${header}`);
  if (kind !== "<f4" && kind !== "<f8" && kind !== "<i4") throw new Error(`${path}: dtype ${kind}`);
  const body = new Uint8Array(file.subarray(10 + headerLength)).buffer;
  return {
    data: kinds[kind](body),
    shape: shape
      .split(",")
      .filter((part) => part.trim())
      .map(Number),
  };
}

/** A `.npy` file of float32. */
export function readFloats(path: string): { data: Float32Array; rows: number; columns: number } {
  const { data, shape } = readNpy(path);
  if (!(data instanceof Float32Array)) throw new Error(`${path}: expected float32`);
  return { data, rows: shape[0]!, columns: shape[1]! };
}
