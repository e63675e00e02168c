import type { Provider } from "./provider-order.ts";

/** What goes to ONNX Runtime; the rest stays with the host. Chosen by measurement (see the README). */
export interface Plan {
  /** Fewest multiplications of a dense operation. */
  readonly work: number;
  /**
   * Fewest columns of rows whose scores (in `assign` and `topK`) are dense products: each score is looked at once more
   * outside of the product, which the host's fused kernels need not do.
   */
  readonly scoredColumns: number;
  /** Fewest clusters whose scores in `assign` are dense products. */
  readonly clusters: number;
}

/** Everything that can be a dense product is one: for tests. */
export const everything: Plan = { work: 0, scoredColumns: 0, clusters: 0 };

/** The plan for a provider. A GPU gains nothing until the product outweighs the journey of its operands. */
export function planFor(provider: Provider): Plan {
  const onCpu = provider === "cpu" || provider === "wasm";
  return { work: onCpu ? 2 ** 19 : 2 ** 26, scoredColumns: 256, clusters: 64 };
}
