import type { Assignment, Matrix, Operations } from "./backend.ts";

/**
 * The interface that the author of a backend implements: the operations on checked operands, over matrices of
 * the device's own type. {@link checkedBackend} makes a `Backend` of it. A device holds no checks: each matrix
 * that it receives is its own and not disposed of, each shape fits, and no call follows `dispose`. It still
 * throws the errors that only the device can detect: `limit` where memory does not suffice, `unavailable` where
 * the hardware fails.
 *
 * `checkedBackend` calls `dispose` of each of the device's matrices and assignments once. Those that the caller
 * did not dispose of are disposed of before the device.
 */
export interface Device<M extends Matrix = Matrix, A extends Assignment = Assignment>
  extends Operations<M, A> {
  /** Throws where the device is no longer usable, such as a lost GPU. Called before every operation. */
  expectUsable?(doing: string): void;
  /**
   * Whether `multiplySparse` checks offsets and indices itself, in a kernel, and leaves the error to
   * {@link expectEntries}. Default: false; a plain loop checks them before the device is called.
   */
  readonly checksEntries?: boolean;
}
