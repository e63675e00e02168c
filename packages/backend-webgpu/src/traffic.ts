/** Bytes that a backend moved since it was created, and bytes that it holds. */
export interface WebgpuStatistics {
  /** Written into matrices: features, projections. */
  readonly matricesUploaded: number;
  /** Read from matrices: tables. */
  readonly matricesDownloaded: number;
  /** Other inputs of operations: centroids, masks, factors, sparse arrays. */
  readonly operandsUploaded: number;
  /** Other results of operations: sums, norms, distances, labels, rankings. */
  readonly resultsDownloaded: number;
  /** Buffers on the device at this moment, idle ones of the pool included. */
  readonly buffers: number;
  /** Bytes of these buffers. */
  readonly bufferBytes: number;
  /** Bytes of the buffers that are in use: matrices, assignments, copies of sparse arrays. */
  readonly usedBytes: number;
}

/** Counts the bytes that cross to the device and back. */
export class Traffic {
  matricesUploaded = 0;
  matricesDownloaded = 0;
  operandsUploaded = 0;
  resultsDownloaded = 0;
}
