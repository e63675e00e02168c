/**
 * Helpers that the other packages share with core and that users do not call: seeded random numbers, exponentials
 * with the same bits on every runtime, checkpoints of long-running work, the refusal of unknown options, numbers for IDs, their memory, the comparison of IDs, the symmetric
 * eigenproblem, histories, float16, the transpose of sparse matrices, co-occurring items, values in words for
 * errors, products with a factor, and the closing of several things.
 *
 * @module
 */
export { closeAll, whileOpen } from "./close-all.ts";
export { float16ToFloat32, float32ToFloat16 } from "./data/float16.ts";
export { collectIds, inMemory } from "./data/id-blocks.ts";
export { idBytes } from "./data/id-bytes.ts";
export { IdTable } from "./data/id-table.ts";
export { heldBytes } from "./data/interaction-source.ts";
export { expectSameIds } from "./data/same-ids.ts";
export { transposeSparse } from "./data/transpose-sparse.ts";
export { describe } from "./describe.ts";
export { exp, log, log1p, power, sigmoid } from "./exponential.ts";
export { type ResolvedHistory, resolveHistory } from "./initializer/history.ts";
export { type SymmetricEigen, symmetricEigen } from "./linalg/symmetric-eigen.ts";
export { expectChoice, namesOf, refuseUnknownKeys } from "./options/known-keys.ts";
export { multiplyAll } from "./output/multiply-all.ts";
export { checkpoint, throwIfAborted } from "./progress.ts";
export { createRandom, type Random } from "./random.ts";
export { type CoOccurrence, coOccurrence } from "./untrained/co-occurrence.ts";
export type { NearestItems } from "./untrained/nearest-items.ts";
