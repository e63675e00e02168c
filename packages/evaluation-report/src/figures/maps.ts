import * as Plot from "@observablehq/plot";
import type { Observer, ScoringTables } from "@wellbegun/core";
import { checkpoint, createRandom } from "@wellbegun/core/support";
import { principalComponents, projectOn, rowNorms, sampleRowNumbers } from "@wellbegun/evaluation";
import { UMAP } from "umap-js";
import { categories, draw } from "../draw.ts";
import type { Figure } from "../html.ts";

/** One pair of tables, of users and items. */
export interface Space {
  readonly name: string;
  readonly tables: ScoringTables;
}

interface Point {
  readonly kind: "users" | "items";
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** Number of users, and of items, on a map: the time of UMAP grows faster than their number. */
const SAMPLE = 200;
/**
 * Rounds of UMAP's layout: the reference implementation's number for large data, from which these points are
 * sampled.
 */
const UMAP_EPOCHS = 200;

/** Users and items on the first two principal components of all rows together. */
export function principalMaps(spaces: readonly Space[], seed: number): Figure {
  const maps = spaces.map(({ name, tables }) => {
    const { users, items } = tables;
    const { columns } = users;
    const all = new Float32Array(users.data.length + items.data.length);
    all.set(users.data);
    all.set(items.data, users.data.length);
    const axes = principalComponents(all, columns, 2);
    const rows = sampled(tables, seed);
    const coordinates = projectOn(axes, rows.data, columns);
    return { name, shares: axes.shares, points: pointsOf(rows, coordinates) };
  });
  return {
    id: "pca",
    title: "Users and items in two dimensions: principal components",
    caption: `The first two principal components of all users and items together; a seeded sample of at most ${SAMPLE} of each is drawn. Users are sums of their items: where they stand beside the items, a model need not learn where to look first.`,
    plots: maps.map(({ name, points }) => scatter(name, points)),
    numbers: [
      {
        columns: ["vectors", "share of variance, first", "second"],
        rows: maps.map(({ name, shares }) => [name, shares[0] ?? null, shares[1] ?? null]),
      },
      ...maps.map(({ name, points }) => pointTable(name, points)),
    ],
  };
}

/** Users and items as laid out by UMAP: neighborhoods are meaningful, distances between far groups are not. */
export async function umapMap({ name, tables }: Space, seed: number, observer: Observer): Promise<Figure> {
  const rows = sampled(tables, seed);
  const vectors = Array.from({ length: rows.of.length }, (_, r) =>
    Array.from(rows.data.subarray(r * tables.users.columns, (r + 1) * tables.users.columns)),
  );
  const random = createRandom(seed, "report/umap");
  const nNeighbors = Math.max(1, Math.min(15, vectors.length - 1));
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors,
    minDist: 0.1,
    nEpochs: UMAP_EPOCHS,
    random: () => random.uniform(),
  });
  const nearest = nearestOf(rows.data, tables.users.columns, nNeighbors);
  umap.setPrecomputedKNN(nearest.indices, nearest.distances);
  const epochs = umap.initializeFit(vectors);
  for (let epoch = 0; epoch < epochs; epoch++) {
    await checkpoint(observer, "laying out vectors");
    umap.step();
  }
  const points = pointsOf(rows, Float64Array.from(umap.getEmbedding().flat()));
  return {
    id: "umap",
    title: "Users and items in two dimensions: UMAP",
    caption: `UMAP (McInnes, Healy and Melville, 2018) by cosine, 15 neighbors, of a seeded sample of at most ${SAMPLE} users and items each. Who stands next to whom means something; distances between groups and the axes do not.`,
    plots: [scatter(name, points)],
    numbers: [pointTable(name, points)],
  };
}

interface Sampled {
  readonly of: readonly { readonly kind: Point["kind"]; readonly row: number }[];
  readonly data: Float32Array;
}

/** The rows that all maps show. */
function sampled(tables: ScoringTables, seed: number): Sampled {
  const { columns } = tables.users;
  const of = (["users", "items"] as const).flatMap((kind) =>
    Array.from(sampleRowNumbers(tables[kind].rows, SAMPLE, seed, `maps/${kind}`), (row) => ({
      kind,
      row,
    })),
  );
  const data = new Float32Array(of.length * columns);
  for (const [r, { kind, row }] of of.entries()) {
    data.set(tables[kind].data.subarray(row * columns, (row + 1) * columns), r * columns);
  }
  return { of, data };
}

function pointsOf({ of }: Sampled, coordinates: Float64Array): Point[] {
  const width = coordinates.length / Math.max(of.length, 1);
  return of.map((one, r) => ({ ...one, x: coordinates[r * width]!, y: coordinates[r * width + 1] ?? 0 }));
}

function scatter(title: string, points: readonly Point[]): string {
  return draw({
    width: 440,
    height: 400,
    title,
    x: { label: null, ticks: 4 },
    y: { label: null, ticks: 4 },
    color: categories(["users", "items"]),
    marks: [Plot.dot(points, { x: "x", y: "y", fill: "kind", r: 1.7, fillOpacity: 0.55 })],
  });
}

function pointTable(name: string, points: readonly Point[]) {
  return {
    columns: [name, "row", "x", "y"],
    rows: points.map(({ kind, row, x, y }) => [kind, row, x, y]),
  };
}

/**
 * The nearest vectors of each vector by 1 - cosine, itself first; a vector of zeros has the distance 1 from all others. All
 * pairs of a sample take less time than an approximate search.
 */
function nearestOf(
  data: Float32Array,
  columns: number,
  count: number,
): { indices: number[][]; distances: number[][] } {
  const norms = rowNorms(data, columns);
  const rows = norms.length;
  const distances = Array.from({ length: rows }, () => new Float64Array(rows));
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      let product = 0;
      for (let c = 0; c < columns; c++) product += data[a * columns + c]! * data[b * columns + c]!;
      const distance = 1 - product / (norms[a]! * norms[b]! || 1);
      distances[a]![b] = distance;
      distances[b]![a] = distance;
    }
  }
  const indices = distances.map((own, self) => {
    const order = Array.from(own.keys()).filter((other) => other !== self);
    order.sort((a, b) => own[a]! - own[b]! || a - b);
    return [self, ...order].slice(0, count);
  });
  return { indices, distances: indices.map((near, self) => near.map((other) => distances[self]![other]!)) };
}
