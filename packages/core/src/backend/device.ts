import type { Assignment, Matrix, Operations } from "./backend.ts";

/**
 * What the author of a backend writes: the operations on checked operands, over matrices of the device's own type.
 * {@link checkedBackend} makes a `Backend` of it. A device holds no checks: each matrix that it gets is its own and was not
 * disposed of, each shape fits, and after `dispose` nothing is called any more. It still throws what only it can find
 * out: `limit` where memory does not suffice, `unavailable` where the hardware fails.
 *
 * `dispose` of a device's matrices and assignments is called once each, by `checkedBackend`: before the `dispose` of the
 * device itself for those that the caller left.
 */
export interface Device<M extends Matrix = Matrix, A extends Assignment = Assignment>
  extends Operations<M, A> {
  /** Throws where the device is gone, such as a GPU that was lost. Called before every operation. */
  expectUsable?(doing: string): void;
  /**
   * Whether `multiplySparse` checks offsets and indices itself, in a kernel, and leaves the error to
   * {@link expectEntries}. Default: false; a plain loop checks them before the device is called.
   */
  readonly checksEntries?: boolean;
}
