import type { StartCentroids } from "../../options/method-options.ts";

/** Options of k-means; see {@link FitOptions} for each. */
export interface KMeansOptions {
  readonly clusters: number;
  readonly seed: number;
  readonly restarts: number;
  readonly maxIterations: number;
  readonly tolerance: number;
  readonly start?: StartCentroids | undefined;
  readonly initSize?: number | undefined;
  readonly sampleSize?: number | undefined;
  /**
   * How to treat fewer distinct rows than clusters: `refuse` (the default) throws; `lower` reduces the number
   * of clusters to that of the distinct rows among those that seeds are drawn from.
   */
  readonly tooFewRows?: "refuse" | "lower" | undefined;
  /** Most gathered rows of streamed blocks that are held at a time. Default: all of them. */
  readonly gatherRows?: number | undefined;
  /** Names the random stream; appears in errors and progress. */
  readonly modality: string;
}
