import { assignFaults } from "./assign.ts";
import { boundFaults } from "./bounds.ts";
import { denseFaults } from "./dense.ts";
import { distanceFaults } from "./distances.ts";
import type { Fault } from "./fault.ts";
import { fitFaults } from "./fit.ts";
import { memoryFaults } from "./memory.ts";
import { misuseFaults } from "./misuse.ts";
import { rankingFaults } from "./ranking.ts";
import { sparseFaults } from "./sparse.ts";
import { trainingFaults } from "./training.ts";
import { untrainedFaults } from "./untrained.ts";

/** Backends that are right but for one thing each: the suite must notice every one of them. */
export const faults: readonly Fault[] = [
  ...memoryFaults,
  ...denseFaults,
  ...sparseFaults,
  ...distanceFaults,
  ...assignFaults,
  ...boundFaults,
  ...rankingFaults,
  ...trainingFaults,
  ...misuseFaults,
  ...fitFaults,
  ...untrainedFaults,
];
