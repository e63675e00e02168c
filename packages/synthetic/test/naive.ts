/** Slow, plain evaluation of a dataset, independent of core: the tests' yardstick. */
import type { SyntheticDataset } from "../src/index.ts";

/** One row an item or user. */
export type Table = number[][];

/** Features of the given modalities side by side, each centered (unless told not to) and L2-normalized by row. */
export async function prepare(
  data: SyntheticDataset,
  { center = true, modalities = Object.keys(data.features) } = {},
): Promise<Table> {
  const table: Table = Array.from({ length: data.train.itemCount }, () => []);
  for (const m of modalities) {
    const { rows, columns, read } = data.features[m]!;
    const values = new Float32Array(rows * columns);
    await read(0, rows, values);
    const raw = Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
    const mean = center ? meanOf(raw, columns) : Array.from({ length: columns }, () => 0);
    raw.forEach((row, i) => {
      const shifted = row.map((value, c) => value - mean[c]!);
      const norm = Math.hypot(...shifted);
      table[i]!.push(...shifted.map((value) => value / norm));
    });
  }
  return table;
}

/** Each user's train items. */
export function trainItems(data: SyntheticDataset): number[][] {
  return itemsWith(data, (label) => label === 0);
}

/** Each user's held-out items, validation and test together. */
export function heldOutItems(data: SyntheticDataset): number[][] {
  return itemsWith(data, (label) => label !== 0);
}

/** The mean of the rows of each user's train items: zeros for a user without. */
export function userMeans(data: SyntheticDataset, rows: Table): Table {
  return trainItems(data).map((items) =>
    meanOf(
      items.map((item) => rows[item]!),
      rows[0]!.length,
    ),
  );
}

/** Each row replaced by the centroid of its cluster: Lloyd's iterations from evenly spaced rows. */
export function nearestCentroids(rows: Table, clusters: number, iterations: number): Table {
  let centroids = Array.from({ length: clusters }, (_, k) => rows[Math.floor((k * rows.length) / clusters)]!);
  let nearest: Table = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    nearest = rows.map((row) => {
      const distances = centroids.map((centroid) => squaredDistance(row, centroid));
      return centroids[distances.indexOf(Math.min(...distances))]!;
    });
    centroids = centroids.map((centroid) => {
      const members = rows.filter((_, i) => nearest[i] === centroid);
      return members.length === 0 ? centroid : meanOf(members, centroid.length);
    });
  }
  return nearest;
}

/** Mean Recall@k over the users with train and held-out rows; train items are masked. */
export function recallAt(
  k: number,
  data: SyntheticDataset,
  scoresOf: (user: number) => ArrayLike<number>,
): number {
  const train = trainItems(data);
  const recalls = heldOutItems(data).flatMap((wanted, user) => {
    if (wanted.length === 0 || train[user]!.length === 0) return [];
    const scores = Array.from(scoresOf(user));
    for (const item of train[user]!) scores[item] = Number.NEGATIVE_INFINITY;
    const found = wanted.filter((item) => {
      const better = scores.filter(
        (score, other) => score > scores[item]! || (score === scores[item] && other < item),
      );
      return better.length < k;
    });
    return [found.length / wanted.length];
  });
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/** Recall@20 of dot products of user rows with item rows. */
export function recallOf(data: SyntheticDataset, users: Table, items: Table): number {
  return recallAt(20, data, (user) => items.map((item) => dot(users[user]!, item)));
}

/** How often each item stands in the train rows. */
export function itemDegrees(data: SyntheticDataset): number[] {
  const degrees = Array.from({ length: data.train.itemCount }, () => 0);
  for (const item of trainItems(data).flat()) degrees[item]!++;
  return degrees;
}

export function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

function squaredDistance(a: number[], b: number[]): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c]! - b[c]!) ** 2;
  return sum;
}

function meanOf(rows: Table, width: number): number[] {
  const mean = Array.from({ length: width }, () => 0);
  for (const row of rows) for (let c = 0; c < width; c++) mean[c]! += row[c]! / rows.length;
  return mean;
}

function itemsWith(data: SyntheticDataset, wanted: (label: number) => boolean): number[][] {
  const lists: number[][] = Array.from({ length: data.train.userCount }, () => []);
  const { users, items, labels } = data.log;
  items.forEach((item, e) => {
    if (wanted(labels[e]!)) lists[users[e]!]!.push(item);
  });
  return lists;
}
