import { encodeModel } from "../protobuf/encode.ts";
import type { Model, Node } from "../protobuf/model.ts";

/** The graphs that run behind the backend's operations: two matrices a and b, one matrix y. */
export type ComputeGraph = "product" | "productTransposed" | "productOfRows";

/**
 * A model of one product, whose dimensions are all symbolic, so that one session serves every size. Gemm reads
 * transposed operands without a copy.
 */
function product(attributes: Node["attributes"]): Model {
  const matrix = (name: string) => ({ name, type: "float32" as const, shape: [`${name}0`, `${name}1`] });
  const node = { operator: "Gemm", inputs: ["a", "b"], outputs: ["y"], attributes };
  const graph = { inputs: [matrix("a"), matrix("b")], outputs: [matrix("y")], nodes: [node], constants: [] };
  return { graph, opset: 13 };
}

const models: Readonly<Record<ComputeGraph, Model>> = {
  /** y = a b. */
  product: product({}),
  /** y = a^T b. */
  productTransposed: product({ transA: 1 }),
  /** y = a b^T. */
  productOfRows: product({ transB: 1 }),
};

/** The encoded model of a graph. */
export function computeModel(graph: ComputeGraph): Uint8Array {
  return encodeModel(models[graph]);
}
