import type { GraphBuilder } from "../protobuf/builder.ts";

/** A tensor of the given shape (an int64 vector), filled with a scalar. */
export function filled(graph: GraphBuilder, value: string, shape: string): string {
  return graph.apply("Expand", [value, shape]);
}

/**
 * Sums of `values` by `index` along the first axis, starting from zeros of `shape`; `index` and `values` have one shape.
 * ScatterElements and not ScatterND: ONNX Runtime runs the latter's updates of one row at the same time.
 */
export function sumBy(
  graph: GraphBuilder,
  zero: string,
  shape: string,
  index: string,
  values: string,
): string {
  return reduceBy(graph, zero, shape, index, values, "add");
}

/** As {@link sumBy}, with the largest value in place of the sum. */
export function largestBy(
  graph: GraphBuilder,
  zero: string,
  shape: string,
  index: string,
  values: string,
): string {
  return reduceBy(graph, zero, shape, index, values, "max");
}

function reduceBy(
  graph: GraphBuilder,
  zero: string,
  shape: string,
  index: string,
  values: string,
  reduction: string,
): string {
  return graph.apply("ScatterElements", [filled(graph, zero, shape), index, values], { axis: 0, reduction });
}
