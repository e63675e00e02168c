import { GraphBuilder } from "../protobuf/builder.ts";
import type { Graph } from "../protobuf/model.ts";
import { type HistoryForm, readHistories } from "./history.ts";
import { addModality } from "./modality.ts";
import { filled, sumBy } from "./scatter.ts";
import type { ExportedTables } from "./tables.ts";

/** The graph from histories to vectors. */
export function foldInGraph(tables: ExportedTables, form: HistoryForm, weighted: boolean): Graph {
  const graph = new GraphBuilder();
  const pairs = readHistories(graph, form, tables.itemCount, weighted);
  const fused = tables.modalities
    .map((modality) => {
      const own = addModality(graph, modality, tables.itemDegrees, pairs);
      return widen(graph, own, modality.column, modality.columns, tables.dim);
    })
    .reduce((sum, table) => graph.apply("Add", [sum, table]));
  graph.output(
    {
      name: "vectors",
      type: "float32",
      shape: ["users", tables.dim],
      doc: "Vector of each user, in the space and scale of the user table.",
    },
    scaled(graph, fused, tables.userFactor),
  );
  const ones = filled(graph, graph.integer(1), graph.apply("Shape", [pairs.users]));
  graph.output(
    {
      name: "used",
      type: "int64",
      shape: ["users"],
      doc: `Different items that were used; with 0 the vector is ${tables.unknown}: nothing was known.`,
    },
    sumBy(graph, graph.integer(0), pairs.userCount, pairs.users, ones),
  );
  return graph.graph();
}

/** A modality's table in its columns of the fused one. */
function widen(graph: GraphBuilder, table: string, column: number, columns: number, width: number): string {
  if (columns === width) return table;
  return graph.apply("Pad", [table, graph.integers(0, column, 0, width - column - columns)]);
}

function scaled(graph: GraphBuilder, vectors: string, factor: number | "unit"): string {
  if (factor === 1) return vectors;
  return factor === "unit" ? unit(graph, vectors) : graph.apply("Mul", [vectors, graph.float(factor)]);
}

/**
 * Divides every row by its largest value and then by its norm, so that no square leaves float32. A row of zeros
 * stays.
 */
function unit(graph: GraphBuilder, vectors: string): string {
  const axis = graph.integers(1);
  const largest = graph.apply("ReduceMax", [graph.apply("Abs", [vectors]), axis]);
  const some = graph.apply("Greater", [largest, graph.float(0)]);
  const near = graph.apply("Div", [vectors, graph.apply("Where", [some, largest, graph.float(1)])]);
  const squares = graph.apply("ReduceSum", [graph.apply("Mul", [near, near]), axis]);
  const norm = graph.apply("Sqrt", [graph.apply("Where", [some, squares, graph.float(1)])]);
  return graph.apply("Div", [near, norm]);
}
