/**
 * For authors of backends: the interface, and what every implementation needs besides, so that each says the same
 * about the same fault.
 *
 * @module
 */
export type {
  Assignment,
  AssignmentStep,
  Backend,
  Capabilities,
  ColumnMoments,
  GatheredPasses,
  Matrix,
  RowSource,
  RowTransform,
  SparseMatrix,
  TopK,
} from "./backend.ts";
export { expectLength, expectSize, expectWithin } from "./check.ts";
export { type ImportModule, importPeer, isAbsence, messageOf, type PeerRequest } from "./import-peer.ts";
export {
  expectAddends,
  expectClustering,
  expectFactors,
  expectPass,
  expectPoints,
  expectProduct,
  expectRanking,
  expectRowOptions,
  expectRows,
  expectShape,
  expectSparse,
  expectSparseProduct,
} from "./operands.ts";
export {
  disposedAssignment,
  disposedBackend,
  disposedMatrix,
  foreignAssignment,
  foreignMatrix,
} from "./ownership.ts";
