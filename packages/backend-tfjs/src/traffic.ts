/** Bytes that a backend moved since it was created, and bytes that it holds. */
export interface TfjsStatistics {
  /** Bytes written into matrices: features, projections. */
  readonly matricesUploaded: number;
  /** Bytes read from matrices: tables. */
  readonly matricesDownloaded: number;
  /** Bytes of other inputs of operations: centroids, factors, indices and weights of sparse entries. */
  readonly operandsUploaded: number;
  /** Bytes of other results: sums, norms, distances, labels, scores, rows whose label is decided on the host. */
  readonly resultsDownloaded: number;
  /** Bytes of the matrices that are held at this moment. */
  readonly matrixBytes: number;
}

/** Counts the bytes that cross from and to the caller's side. On `cpu` and `wasm` that is the same memory. */
export class Traffic {
  matricesUploaded = 0;
  matricesDownloaded = 0;
  operandsUploaded = 0;
  resultsDownloaded = 0;
}
