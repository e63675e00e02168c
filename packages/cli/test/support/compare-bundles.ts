import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "./files.ts";

/** How far one bundle lies from another of the same dataset. */
export interface Difference {
  /** Items with another label, by modality. */
  readonly labels: Readonly<Record<string, number>>;
  /** |inertia - inertia'| / inertia, by modality. */
  readonly inertia: Readonly<Record<string, number>>;
  /** |table - table'| / |table| of each table, in the Frobenius norm. */
  readonly tables: Readonly<Record<string, number>>;
  /** The largest |row - row'| / |row| of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Compares every table and every clustering of a bundle with another's. */
export function compareBundles(expected: string, found: string): Difference {
  const { report } = JSON.parse(readFileSync(join(expected, "manifest.json"), "utf8"));
  const { clusters } = JSON.parse(readFileSync(join(found, "manifest.json"), "utf8")).report;
  const modalities = Object.keys(report.clusters);
  const tables = ["users", "items", ...modalities.map((name) => `users.${name}`)];
  const each = <T>(names: readonly string[], work: (name: string) => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, work(name)]));
  const both = (file: string) => [readNpy(join(expected, file)), readNpy(join(found, file))] as const;
  return {
    labels: each(modalities, (name) => {
      const [right, other] = both(`labels.${name}.npy`);
      return Array.from(right.data).filter((label, item) => label !== other.data[item]).length;
    }),
    inertia: each(modalities, (name) => {
      const right = report.clusters[name].inertia;
      return Math.abs(clusters[name].inertia - right) / right;
    }),
    tables: each(tables, (name) => {
      const [right, other] = both(`${name}.npy`);
      return distance(right.data, other.data);
    }),
    rows: each(tables, (name) => {
      const [right, other] = both(`${name}.npy`);
      const columns = right.shape[1]!;
      let worst = 0;
      for (let p = 0; p < right.data.length; p += columns) {
        const own = right.data.subarray(p, p + columns);
        worst = Math.max(worst, distance(own, other.data.subarray(p, p + columns)));
      }
      return worst;
    }),
  };
}

/** |right - other| / |right|. NaN in either gives NaN, which is within no bound, as do other lengths. */
function distance(right: ArrayLike<number>, other: ArrayLike<number>): number {
  if (right.length !== other.length) return Number.NaN;
  let difference = 0;
  let norm = 0;
  for (let p = 0; p < right.length; p++) {
    difference += (right[p]! - other[p]!) ** 2;
    norm += right[p]! ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}
