import type { GraphBuilder } from "../protobuf/builder.ts";
import { float32Bytes, int64Bytes } from "../protobuf/bytes.ts";
import { column, type Pairs } from "./history.ts";
import { filled, sumBy } from "./scatter.ts";
import type { ExportedModality } from "./tables.ts";

/**
 * Adds one modality's table of users, weighted: weight (lambda L + (1 - lambda) G), users x columns.
 *
 * L_u is the sum of w f_i / sqrt(d_u d_i) (`sym`) or the mean (`mean`) over the user's items that have the modality; G_u
 * is the histogram of their clusters, over its sum, times the centroids; a user without such items gets the mean item.
 * The formulas are those of SG-URInit (Xu et al., SIGIR 2026) as @wellbegun/core computes them.
 */
export function addModality(
  graph: GraphBuilder,
  tables: ExportedModality,
  itemDegrees: Float64Array,
  pairs: Pairs,
): string {
  const { name, clusters, columns, weight, lambda, missing } = tables;
  const { userCount, users, rows } = pairs;
  const weights =
    missing === undefined
      ? pairs.weights
      : graph.apply("Mul", [pairs.weights, graph.apply("Gather", [presence(graph, name, missing), rows])]);
  const degrees = sumBy(graph, graph.float(0), userCount, users, weights);
  const known = graph.apply("Greater", [degrees, graph.float(0)]);
  const divisor = graph.apply("Where", [known, degrees, graph.float(1)]);

  const points = graph.constant({
    name: `${name}.points`,
    type: "float32",
    shape: [clusters + 1, columns],
    bytes: float32Bytes(tables.points),
  });
  const fallback = graph.apply("Where", [known, graph.float(0), graph.float(weight)]);
  let shares = graph.apply("Mul", [column(graph, fallback), lastOf(graph, clusters)]);
  if (lambda < 1) {
    const histogram = clusterHistogram(graph, tables, pairs, weights);
    const share = graph.apply("Div", [graph.float((1 - lambda) * weight), divisor]);
    shares = graph.apply("Add", [graph.apply("Mul", [histogram, column(graph, share)]), shares]);
  }
  const global = graph.apply("MatMul", [shares, points]);
  if (lambda === 0) return global;
  const sums = localSums(graph, tables, itemDegrees, pairs, weights);
  const root = tables.normalization === "sym" ? graph.apply("Sqrt", [divisor]) : divisor;
  const factor = graph.apply("Div", [graph.float(lambda * weight), root]);
  return graph.apply("Add", [graph.apply("Mul", [sums, column(graph, factor)]), global]);
}

/** users x columns: the sums of the users' items, each times its weight and, with `sym`, 1 / sqrt(d_i). */
function localSums(
  graph: GraphBuilder,
  { name, columns, items, normalization }: ExportedModality,
  itemDegrees: Float64Array,
  { userCount, users, rows }: Pairs,
  weights: string,
): string {
  const itemCount = itemDegrees.length;
  const table = graph.constant({
    name: `${name}.items`,
    type: "float32",
    shape: [itemCount, columns],
    bytes: float32Bytes(items),
  });
  const factors =
    normalization === "mean"
      ? weights
      : graph.apply("Mul", [weights, graph.apply("Gather", [rootDegrees(graph, itemDegrees), rows])]);
  const terms = graph.apply("Mul", [graph.apply("Gather", [table, rows]), column(graph, factors)]);
  const index = graph.apply("Expand", [column(graph, users), graph.apply("Shape", [terms])]);
  const shape = graph.apply("Concat", [userCount, graph.integers(columns)], { axis: 0 });
  return sumBy(graph, graph.float(0), shape, index, terms);
}

/** users x (clusters + 1): the weight of a user's items in each cluster; items without a cluster have weight 0. */
function clusterHistogram(
  graph: GraphBuilder,
  { name, clusters, labels }: ExportedModality,
  { userCount, users, rows }: Pairs,
  weights: string,
): string {
  const width = clusters + 1;
  const table = graph.constant({
    name: `${name}.labels`,
    type: "int64",
    shape: [labels.length],
    bytes: int64Bytes(labels.map((label) => (label < 0 ? clusters : label))),
  });
  const base = graph.apply("Mul", [users, graph.integer(width)]);
  const index = graph.apply("Add", [base, graph.apply("Gather", [table, rows])]);
  const cells = graph.apply("Mul", [userCount, graph.integers(width)]);
  const counts = sumBy(graph, graph.float(0), cells, index, weights);
  return graph.apply("Reshape", [counts, graph.integers(-1, width)]);
}

/** 1 / sqrt(d_i) of each item; an item without users counts as degree 1. Shared by all modalities. */
function rootDegrees(graph: GraphBuilder, degrees: Float64Array): string {
  const factors = Float32Array.from(degrees, (degree) => 1 / Math.sqrt(degree > 0 ? degree : 1));
  return graph.floats("root degrees", factors);
}

/** 1 for each item that has the modality, 0 for the others. */
function presence(graph: GraphBuilder, name: string, missing: Uint8Array): string {
  return graph.floats(
    `${name}.present`,
    Float32Array.from(missing, (flag) => 1 - flag),
  );
}

/** A row of zeros with a 1 at the end: the mean item among the points. */
function lastOf(graph: GraphBuilder, clusters: number): string {
  const row = filled(graph, graph.float(0), graph.integers(1, clusters));
  return graph.apply("Concat", [row, filled(graph, graph.float(1), graph.integers(1, 1))], { axis: 1 });
}
