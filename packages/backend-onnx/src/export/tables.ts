import { type Initializer, type Normalization, WellbegunError } from "@wellbegun/core";

/** What one modality of a fitted initializer is made of. */
export interface ModalityTables {
  readonly name: string;
  /** Width of its tables. */
  readonly columns: number;
  readonly clusters: number;
  /** fused[column ..] += weight * table. */
  readonly weight: number;
  readonly column: number;
  readonly lambda: number;
  readonly normalization: Normalization;
  /** I x columns, little-endian float32. */
  readonly items: Uint8Array;
  /** (clusters + 1) x columns, little-endian float32: the centroids, and the mean item as the last row. */
  readonly points: Uint8Array;
  /** Cluster of each item. */
  readonly labels: Int32Array;
  /** 1 for each item without the modality. */
  readonly missing: Uint8Array | undefined;
}

/** What an exported model is made of. */
export interface Tables {
  readonly dim: number;
  readonly itemCount: number;
  readonly itemDegrees: Float64Array;
  /** What user vectors are multiplied with, or `unit` for 1 / norm. */
  readonly userFactor: number | "unit";
  readonly modalities: readonly ModalityTables[];
}

/** The header of `Initializer.toBytes`, version 1. */
interface Header {
  readonly userFactor: number | "unit";
  readonly modalities: Readonly<
    Record<string, Pick<ModalityTables, "columns" | "clusters" | "weight" | "column">>
  >;
  readonly arrays: readonly { readonly name: string; readonly kind: string; readonly length: number }[];
}

const elementBytes: Readonly<Record<string, number>> = { float32: 4, float64: 8, int32: 4, uint8: 1 };

/**
 * The tables of an initializer, from its bytes: the one form in which it shows them. Large ones are views on the bytes,
 * which are little-endian, as ONNX wants them.
 *
 * @throws {WellbegunError} `format` if the bytes are of a version that is not known here.
 */
export function tablesOf(initializer: Initializer): Tables {
  const { options, dim, itemCount } = initializer;
  const bytes = initializer.toBytes();
  if (bytes[6] !== 1) {
    throw new WellbegunError("format", {
      doing: "exporting an initializer",
      expected: "one of format version 1",
      found: `version ${bytes[6]}`,
      hint: "Install @wellbegun/core and @wellbegun/backend-onnx in versions that belong together.",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 12 + view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, start))) as Header;
  const arrays = new Map<string, Uint8Array>();
  let position = align(start);
  for (const { name, kind, length } of header.arrays) {
    const end = position + length * elementBytes[kind]!;
    arrays.set(name, bytes.subarray(position, end));
    position = align(end);
  }
  const modalities = Object.entries(header.modalities).map(([name, shape]): ModalityTables => {
    const array = (kind: string): Uint8Array => arrays.get(`${name}/${kind}`)!;
    const labels = numbers(array("labels"), 4, (values, at) => values.getInt32(at, true));
    return {
      name,
      columns: shape.columns,
      clusters: shape.clusters,
      weight: shape.weight,
      column: shape.column,
      lambda: options.lambda[name]!,
      normalization: options.normalization[name]!,
      items: array("items"),
      points: array("points"),
      labels: Int32Array.from(labels),
      missing: arrays.get(`${name}/missing`),
    };
  });
  const degrees = numbers(arrays.get("itemDegrees")!, 8, (values, at) => values.getFloat64(at, true));
  return {
    dim,
    itemCount,
    itemDegrees: Float64Array.from(degrees),
    userFactor: header.userFactor,
    modalities,
  };
}

function* numbers(
  bytes: Uint8Array,
  size: number,
  read: (values: DataView, at: number) => number,
): Generator<number> {
  const values = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += size) yield read(values, at);
}

function align(position: number): number {
  return Math.ceil(position / 8) * 8;
}
