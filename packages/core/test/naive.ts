import type { Combine, Normalization, Prepare, Scale } from "../src/index.ts";
import type { PlainData, Touch } from "./support/dataset.ts";
import { jacobi } from "./support/jacobi.ts";
import { mean, norm as normOf, type Rows, squaredDistance } from "./support/tables.ts";

/** A row, or null for an item without the modality. */
export type OptionalRows = readonly (readonly number[] | null)[];

/** What {@link naiveFit} is told: core's options without a projection. */
export interface NaiveOptions {
  readonly prepare: Prepare;
  readonly normalization: Normalization;
  readonly lambda: number;
  readonly combine: Combine;
  readonly weights: Readonly<Record<string, number>>;
  readonly scale: Scale;
  /** Centroids to start from, in the space of the prepared features. */
  readonly start: Readonly<Record<string, Rows>>;
  readonly iterations: number;
}

/** What comes out, float64. */
export interface NaiveFit {
  readonly users: Rows;
  readonly items: Rows;
  readonly perModality: Record<string, Rows>;
  readonly labels: Record<string, number[]>;
}

/**
 * The whole method a second time, from the design's formulas, in float64 and for clarity alone: centroids are gathered
 * for every interaction, tables are lists of rows.
 */
export function naiveFit(data: PlainData, options: NaiveOptions): NaiveFit {
  const userParts: Rows[] = [];
  const itemParts: Rows[] = [];
  const labels: NaiveFit["labels"] = {};
  const perModality: NaiveFit["perModality"] = {};
  for (const [modality, raw] of Object.entries(data.features)) {
    const rows = naivePrepare(raw, options.prepare);
    const clustering = naiveLloyd(rows, options.start[modality]!, options.iterations);
    labels[modality] = clustering.labels;
    const average = withoutRounding(columnMeans(present(rows)));
    const users = data.histories.map((history) =>
      userRow(data, history, rows, clustering, average, options.normalization, options.lambda),
    );
    const items = rows.map((row) => [...(row ?? average)]);
    userParts.push(users);
    itemParts.push(items);
    perModality[modality] = scaled(users, userFactors(options.scale, users, items));
  }
  const weights = Object.keys(data.features).map((modality) => options.weights[modality] ?? 1);
  const users = combined(userParts, options.combine, weights);
  const items = combined(itemParts, options.combine, weights);
  const factors = userFactors(options.scale, users, items);
  return {
    users: scaled(users, factors),
    items: scaled(items, itemFactors(options.scale, factors, items)),
    perModality,
    labels,
  };
}

/** Prepared rows; statistics are over the items that are not missing. */
export function naivePrepare(rows: OptionalRows, prepare: Prepare): (number[] | null)[] {
  const known = present(rows);
  const center = columnMeans(known);
  const deviation = center.map((m, c) => Math.sqrt(mean(known.map((row) => (row[c]! - m) ** 2))));
  const unit = (row: readonly number[]): number[] => row.map((v) => v / (normOf(row) || 1));
  const steps: Record<Prepare, (row: readonly number[]) => number[]> = {
    none: (row) => [...row],
    center: (row) => row.map((v, c) => v - center[c]!),
    l2: unit,
    standardize: (row) => row.map((v, c) => (v - center[c]!) / (deviation[c]! || 1)),
    "center+l2": (row) => unit(row.map((v, c) => v - center[c]!)),
    whiten: (row) => whiten(steps["center+l2"](row)),
  };
  const whiten = naiveWhitening(prepare === "whiten" ? known.map((row) => steps["center+l2"](row)) : [[]]);
  return rows.map((row) => (row === null ? null : steps[prepare](row)));
}

/** Whitens a row of unit length to the power 1/2, the default, without a ridge. */
function naiveWhitening(rows: Rows): (row: readonly number[]) => number[] {
  const center = columnMeans(rows);
  const centered = rows.map((row) => row.map((v, c) => v - center[c]!));
  const covariance = center.map((_, i) =>
    center.map((__, j) => mean(centered.map((row) => row[i]! * row[j]!))),
  );
  const { values, vectors } = jacobi(covariance);
  const factors = values.map((value) => (value > 1e-10 * values[0]! ? value ** -0.25 : 0));
  return (row) => {
    const along = vectors.map(
      (axis, k) => factors[k]! * axis.reduce((sum, v, c) => sum + v * (row[c]! - center[c]!), 0),
    );
    return center.map((_, c) => vectors.reduce((sum, axis, k) => sum + along[k]! * axis[c]!, 0));
  };
}

/** Lloyd's iterations from given centroids; refuses an empty cluster, which it has no rule for. */
export function naiveLloyd(
  rows: OptionalRows,
  start: Rows,
  iterations: number,
): { labels: number[]; centroids: Rows } {
  let centroids = start;
  const nearest = (row: readonly number[] | null): number => {
    if (row === null) return -1;
    const distances = centroids.map((centroid) => squaredDistance(row, centroid));
    return distances.indexOf(Math.min(...distances));
  };
  let labels = rows.map(nearest);
  for (let iteration = 0; iteration < iterations; iteration++) {
    centroids = centroids.map((_, k) => {
      const members = present(rows.filter((_, i) => labels[i] === k));
      if (members.length === 0) throw new EmptyCluster();
      return columnMeans(members);
    });
    labels = rows.map(nearest);
  }
  return { labels, centroids };
}

/** Thrown by {@link naiveLloyd}. */
export class EmptyCluster extends Error {}

function userRow(
  data: PlainData,
  history: readonly Touch[],
  rows: OptionalRows,
  { labels, centroids }: { labels: number[]; centroids: Rows },
  average: number[],
  normalization: Normalization,
  lambda: number,
): number[] {
  const known = history.filter(({ item }) => rows[item] !== null);
  if (known.length === 0) return average;
  const userDegree = known.reduce((sum, { weight }) => sum + weight, 0);
  const itemDegree = (wanted: number): number =>
    data.histories.flat().reduce((sum, { item, weight }) => sum + (item === wanted ? weight : 0), 0);
  return average.map((_, c) => {
    let local = 0;
    let global = 0;
    for (const { item, weight } of known) {
      const share = normalization === "mean" ? userDegree : Math.sqrt(userDegree * itemDegree(item));
      local += (weight * rows[item]![c]!) / share;
      global += (weight * centroids[labels[item]!]![c]!) / userDegree;
    }
    return lambda * local + (1 - lambda) * global;
  });
}

function combined(parts: readonly Rows[], combine: Combine, weights: readonly number[]): Rows {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return parts[0]!.map((first, r) => {
    if (combine === "concat") return parts.flatMap((part, m) => part[r]!.map((v) => weights[m]! * v));
    return first.map((_, c) => parts.reduce((sum, part, m) => sum + (weights[m]! / total) * part[r]![c]!, 0));
  });
}

/** One factor a row. */
function userFactors(scale: Scale, users: Rows, items: Rows): number[] {
  const columns = users[0]!.length;
  const rms = Math.sqrt(mean(users.flat().map((v) => v * v)));
  const factors: Record<Scale, (row: readonly number[]) => number> = {
    none: () => 1,
    unit: (row) => 1 / (normOf(row) || 1),
    xavier: () => Math.sqrt(2 / (users.length + columns)) / rms,
    items: () => mean(items.map(normOf)) / mean(users.map(normOf)),
  };
  return users.map(factors[scale]);
}

function itemFactors(scale: Scale, ofUsers: readonly number[], items: Rows): number[] {
  if (scale === "items") return items.map(() => 1);
  return scale === "unit" ? items.map((row) => 1 / (normOf(row) || 1)) : items.map(() => ofUsers[0]!);
}

function scaled(rows: Rows, factors: readonly number[]): Rows {
  return rows.map((row, r) => row.map((v) => v * factors[r]!));
}

/** The mean of centered rows is zero; what float64 leaves of it must not be scaled to a direction. */
function withoutRounding(row: number[]): number[] {
  return normOf(row) < 1e-9 ? row.map(() => 0) : row;
}

function present(rows: OptionalRows): (readonly number[])[] {
  return rows.filter((row) => row !== null);
}

function columnMeans(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, c) => mean(rows.map((row) => row[c]!)));
}
