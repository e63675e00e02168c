/**
 * What a backend can do, as data. Core plans around these; a property left out means the default that is
 * documented with it.
 */
export interface Capabilities {
  /** What runs the operations, for people: "cpu", "NVIDIA H100", "SwiftShader". */
  readonly device: string;
  /** Whether the device poses as a GPU and is software on the processor, such as SwiftShader. Default: false. */
  readonly software?: boolean;
  /**
   * Whether matrices lie in the processor's own memory, so that `write` and `read` hand them out as they are. Default:
   * false; core then makes large blocks, and rather computes a table twice than sends it there and back.
   */
  readonly hostMemory?: boolean;
  /** Largest number of bytes in one matrix. Default: no limit; core tiles above it. */
  readonly maxMatrixBytes?: number;
  /** Largest number of bytes in all matrices together. Default: no limit; core streams in blocks above it. */
  readonly maxTotalBytes?: number;
  /** Whether equal inputs always give bit-equal outputs. Default: true. */
  readonly deterministic?: boolean;
  /** Threads that operations use. Default: 1. */
  readonly threads?: number;
  /** Precision of accumulated sums: of `assign`, `columnMoments` and `gram`. Default: "float64". */
  readonly accumulation?: "float64" | "compensated" | "float32";
}
