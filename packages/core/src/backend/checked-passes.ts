import type { Assignment, GatheredPasses, Matrix, RowSource } from "./backend.ts";
import { expectCentroids, expectGathered, expectSuitable } from "./operands.ts";

/** The description of a k-means pass in error messages. */
export const ASSIGNING = "assigning rows to centroids";
export const MEASURING = "computing distances to centroids";

/**
 * A device's gathered passes with their operands checked, the gathered matrices included.
 *
 * @param own Gives the device's matrix of a handle, or throws.
 * @param state Gives the device's assignment of a handle, or throws.
 */
export function checkedPasses<M extends Matrix, A extends Assignment>(
  passes: GatheredPasses<M, A>,
  own: (doing: string, matrix: Matrix) => M,
  state: (doing: string, assignment: Assignment) => A,
): GatheredPasses {
  /** Checks the operands that are known before the first row is gathered. */
  const stateOf = (doing: string, assignment: Assignment, centroids: Float32Array): A => {
    const found = state(doing, assignment);
    const { rows, columns, clusters } = assignment;
    expectCentroids(doing, assignment, centroids);
    expectSuitable(doing, assignment, passes.suits(rows, columns, clusters));
    return found;
  };
  const sourceOf = (doing: string, assignment: Assignment, source: RowSource): RowSource<M> => ({
    most: source.most,
    gather: async (rows) => {
      const x = await source.gather(rows);
      const found = own(doing, x);
      expectGathered(doing, assignment, x, rows.length);
      return found;
    },
  });
  return {
    suits: (...sizes) => passes.suits(...sizes),
    assign: async (assignment, rows, centroids) => {
      const found = stateOf(ASSIGNING, assignment, centroids);
      return await passes.assign(found, sourceOf(ASSIGNING, assignment, rows), centroids);
    },
    assignedDistances: async (assignment, rows, centroids) => {
      const found = stateOf(MEASURING, assignment, centroids);
      return await passes.assignedDistances(found, sourceOf(MEASURING, assignment, rows), centroids);
    },
  };
}
