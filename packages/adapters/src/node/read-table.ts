import { WellbegunError } from "@wellbegun/core";
import { type ElementArray, type ElementType, toFloat32 } from "../formats/elements.ts";
import { decodeNpy } from "../formats/npy-decode.ts";
import { decodeSafetensors } from "../formats/safetensors.ts";
import { readWhole } from "./files.ts";

/** A dense table read from a file, row-major float32. */
export interface ReadTable {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

const DOING = "reading a table";

/**
 * Reads a table of vectors from any source: a two-dimensional `.npy` array, or a tensor of a `.safetensors`
 * file, of any float or int type. The whole file is read into memory.
 *
 * @param path `tables.safetensors#user_embedding.weight` names a tensor; without a name the file must hold one tensor of
 * two dimensions, or one named `preferred`.
 * @param preferred The name that is looked for in a file of several tensors, such as "users".
 * @throws {WellbegunError} `io` if the file cannot be read; `format` if it is neither kind of file;
 * `invalid-data` if there is no such tensor, the choice is ambiguous, or the tensor is not two-dimensional.
 */
export async function readTable(path: string, preferred?: string): Promise<ReadTable> {
  const [, file = path, tensor] = /^(.*\.safetensors)#(.+)$/.exec(path) ?? [];
  const bytes = await readWhole(file, DOING);
  if (!file.endsWith(".safetensors")) {
    const { dtype, shape, data } = decodeNpy(bytes, file);
    return asTable(dtype, shape, data, file);
  }
  const { tensors } = decodeSafetensors(bytes, file);
  const tables = [...tensors].filter(([, { shape }]) => shape.length === 2).map(([name]) => name);
  const only = tables.length === 1 ? tables[0] : undefined;
  const name = tensor ?? (preferred !== undefined && tensors.has(preferred) ? preferred : only);
  const found = name === undefined ? undefined : tensors.get(name);
  if (found !== undefined) return asTable(found.dtype, found.shape, found.data, `${file}#${name}`);
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: tensor === undefined ? "one tensor of two dimensions" : `a tensor ${JSON.stringify(tensor)}`,
    found: tensors.size === 0 ? "none" : [...tensors.keys()].join(", "),
    at: file,
    hint: "Name the tensor after the path: file.safetensors#name.",
  });
}

function asTable(dtype: ElementType, shape: readonly number[], data: ElementArray, at: string): ReadTable {
  const [rows, columns] = shape;
  if (rows !== undefined && columns !== undefined && shape.length === 2 && columns > 0) {
    return { rows, columns, data: toFloat32({ dtype, data }) };
  }
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "two dimensions, rows and columns",
    found: `shape (${shape.join(", ")})`,
    at,
  });
}
