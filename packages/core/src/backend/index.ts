/**
 * For authors of backends: the interface of a device, the function that makes a backend of it, core's two
 * devices to build upon, and the loading of optional packages.
 *
 * @module
 */
export type {
  Assignment,
  AssignmentStep,
  Backend,
  ColumnMoments,
  CreateOptions,
  GatheredPasses,
  Matrix,
  Operations,
  RowSource,
  RowTransform,
  Seeding,
  SparseMatrix,
  TopK,
} from "./backend.ts";
export type { Capabilities } from "./capabilities.ts";
export { checkedBackend } from "./checked.ts";
export type { Device } from "./device.ts";
export { type ImportModule, importPeer, isAbsence, messageOf, type PeerRequest } from "./import-peer.ts";
export { expectEntries } from "./operands.ts";
export { portableDevice } from "./portable/device.ts";
export type {
  AdamStep,
  InfoNceOptions,
  PairLosses,
  PairWeights,
  TrainingOperations,
} from "./training.ts";
export { type WasmOptions, wasmDevice } from "./wasm/index.ts";
