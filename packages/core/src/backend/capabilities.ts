/**
 * The capabilities of a backend, as data. Core plans around these; a property that is left out has its
 * documented default.
 */
export interface Capabilities {
  /** Name of the device that runs the operations, for display: "cpu", "NVIDIA H100", "SwiftShader". */
  readonly device: string;
  /** Whether the device is a GPU emulated in software on the processor, such as SwiftShader. Default: false. */
  readonly software?: boolean;
  /**
   * Whether matrices are in the processor's own memory, so that `write` and `read` expose them without a copy.
   * Default: false; core then uses large blocks, and computes a table twice in place of copying it to the host
   * and back.
   */
  readonly hostMemory?: boolean;
  /** Largest number of bytes in one matrix; core cuts larger ones into blocks. Default: no limit. */
  readonly maxMatrixBytes?: number;
  /** Largest number of bytes in all matrices together; core streams larger data in blocks. Default: no limit. */
  readonly maxTotalBytes?: number;
  /** Whether equal inputs always give bit-equal outputs. Default: true. */
  readonly deterministic?: boolean;
  /** Threads that operations use. Default: 1. */
  readonly threads?: number;
  /** Precision of accumulated sums: of `assign`, `columnMoments` and `gram`. Default: "float64". */
  readonly accumulation?: "float64" | "compensated" | "float32";
}
