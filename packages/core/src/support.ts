/**
 * What the packages around core share with it, and a user of core does not call: seeded random numbers, checkpoints of
 * long-running work, the comparison of IDs, the symmetric eigenproblem and float16.
 *
 * @module
 */
export { float16ToFloat32 } from "./data/float16.ts";
export { expectSameIds } from "./data/same-ids.ts";
export { type SymmetricEigen, symmetricEigen } from "./linalg/symmetric-eigen.ts";
export { checkpoint, throwIfAborted } from "./progress.ts";
export { createRandom, type Random } from "./random.ts";
