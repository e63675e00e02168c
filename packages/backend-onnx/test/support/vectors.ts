import { arrayVectors, type Vectors } from "@wellbegun/adapters/vectors";
import type { Id } from "@wellbegun/core";

/** What {@link someVectors} is made of. */
export interface SomeVectors {
  readonly rows?: number;
  readonly columns?: number;
  readonly ids?: readonly Id[] | undefined;
  readonly seed?: number;
}

/** Vectors of users with awkward float32 values, most of which have no short decimal. */
export function someVectors(parts: SomeVectors = {}): Vectors & { readonly data: Float32Array } {
  const { rows = 5, columns = 3, ids, seed = 1 } = parts;
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return Math.fround(Math.sin(seed * 1000 + row * 17.3 + column * 1.7) / 3);
  });
  return { ...arrayVectors("users", { data, rows, columns }), ids, data };
}

/** The row of a table, as numbers. */
export function rowOf(
  { data, columns }: { readonly data: Float32Array; readonly columns: number },
  row: number,
): number[] {
  return Array.from(data.subarray(row * columns, (row + 1) * columns));
}
