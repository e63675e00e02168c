import type { Id } from "@wellbegun/core";
import { arrayVectors, type Vectors } from "../src/bundle/index.ts";

/** What {@link someVectors} is made of. */
export interface SomeVectors {
  readonly kind?: Vectors["kind"];
  readonly rows?: number;
  readonly columns?: number;
  readonly ids?: readonly Id[] | undefined;
  readonly seed?: number;
}

/** Awkward float32 values by row and column, most of which have no short decimal. */
export function valueAt(row: number, column: number, seed: number = 1): number {
  return Math.fround(Math.sin(seed * 1000 + row * 17.3 + column * 1.7) / 3);
}

export function someVectors(parts: SomeVectors = {}): Vectors & { readonly data: Float32Array } {
  const { kind = "users", rows = 5, columns = 3, ids, seed = 1 } = parts;
  const data = Float32Array.from({ length: rows * columns }, (_, i) =>
    valueAt(Math.floor(i / columns), i % columns, seed),
  );
  const provenance = { table: kind, bundle: "ab".repeat(32), seed };
  // IDs that no table takes, such as one that stands twice, are for the stores to refuse.
  return { ...arrayVectors(kind, { data, rows, columns, provenance }), ids, data };
}

/** The row of a table, as numbers. */
export function rowOf(
  { data, columns }: { readonly data: Float32Array; readonly columns: number },
  row: number,
): number[] {
  return Array.from(data.subarray(row * columns, (row + 1) * columns));
}

/** The vectors with a failure after the first `rows` rows, as of a disk that breaks. */
export function breakingAfter(vectors: Vectors, rows: number): Vectors {
  return {
    ...vectors,
    *blocks(rowsPerBlock) {
      let done = 0;
      for (const block of vectors.blocks(rowsPerBlock) as Iterable<Float32Array>) {
        if (done >= rows) throw new Error("the disk broke");
        done += block.length / vectors.columns;
        yield block;
      }
    },
  };
}

/** The rows of vectors from `first` up to `last` alone, with the origin of the whole. */
export function someRows(
  vectors: Vectors & { readonly data: Float32Array },
  first: number,
  last: number,
): Vectors {
  const { columns, ids } = vectors;
  return {
    ...vectors,
    rows: last - first,
    ids: (ids ?? Array.from({ length: vectors.rows }, (_, row) => row)).slice(first, last),
    blocks: () => [vectors.data.subarray(first * columns, last * columns)],
  };
}

/** The vectors as those of another bundle, or of none. */
export function fromElsewhere(vectors: Vectors, bundle: string | undefined): Vectors {
  return { ...vectors, provenance: bundle === undefined ? undefined : { ...vectors.provenance!, bundle } };
}
