import type { Provider } from "./provider-order.ts";

/**
 * Thresholds from which operations run in ONNX Runtime and not on the host. Chosen by measurement (see the
 * README).
 */
export interface Plan {
  /** Fewest multiplications of a dense operation. */
  readonly work: number;
  /**
   * Fewest columns of rows whose scores (in `assign` and `topK`) are dense products: each score is read once
   * more after the product, which the host's fused kernels avoid.
   */
  readonly scoredColumns: number;
  /** Fewest clusters whose scores in `assign` are dense products. */
  readonly clusters: number;
}

/** The plan for tests: every operation that can use a dense product does. */
export const everything: Plan = { work: 0, scoredColumns: 0, clusters: 0 };

/** The plan for a provider. A GPU is faster only if the product takes longer than the transfer of its operands. */
export function planFor(provider: Provider): Plan {
  const onCpu = provider === "cpu" || provider === "wasm";
  return { work: onCpu ? 2 ** 19 : 2 ** 26, scoredColumns: 256, clusters: 64 };
}
