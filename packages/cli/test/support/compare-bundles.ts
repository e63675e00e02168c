import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "./files.ts";

/** How far one bundle lies from another of the same dataset. */
export interface Difference {
  /** Items with another label, by modality. */
  readonly labels: Readonly<Record<string, number>>;
  /** |inertia - inertia'| / inertia, by modality. */
  readonly inertia: Readonly<Record<string, number>>;
  /** The largest |row - row'| / |row| of each table. */
  readonly tables: Readonly<Record<string, number>>;
}

/** Compares every table and every clustering of a bundle with another's. */
export function compareBundles(expected: string, found: string): Difference {
  const { diagnostics } = JSON.parse(readFileSync(join(expected, "manifest.json"), "utf8"));
  const { clusters } = JSON.parse(readFileSync(join(found, "manifest.json"), "utf8")).diagnostics;
  const modalities = Object.keys(diagnostics.clusters);
  const each = <T>(names: readonly string[], work: (name: string) => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, work(name)]));
  const both = (file: string) => [readNpy(join(expected, file)), readNpy(join(found, file))] as const;
  return {
    labels: each(modalities, (name) => {
      const [right, other] = both(`labels.${name}.npy`);
      return Array.from(right.data).filter((label, item) => label !== other.data[item]).length;
    }),
    inertia: each(modalities, (name) => {
      const right = diagnostics.clusters[name].inertia;
      return Math.abs(clusters[name].inertia - right) / right;
    }),
    tables: each(["users", "items", ...modalities.map((name) => `users.${name}`)], (name) => {
      const [right, other] = both(`${name}.npy`);
      return worstRow(right.data, other.data, right.shape[1]!);
    }),
  };
}

/** NaN in either table gives NaN, which is within no bound. */
function worstRow(right: ArrayLike<number>, other: ArrayLike<number>, columns: number): number {
  if (right.length !== other.length) return Number.NaN;
  let worst = 0;
  for (let row = 0; row < right.length; row += columns) {
    let difference = 0;
    let norm = 0;
    for (let p = row; p < row + columns; p++) {
      difference += (right[p]! - other[p]!) ** 2;
      norm += right[p]! ** 2;
    }
    worst = Math.max(worst, difference === 0 ? 0 : Math.sqrt(difference / norm));
  }
  return worst;
}
