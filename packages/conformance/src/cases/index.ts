import type { CaseDefinition } from "../trial.ts";
import { assignCases } from "./assign.ts";
import { assignedDistanceCases, distanceCases } from "./distances.ts";
import { eigenCases } from "./eigen.ts";
import { fitCases } from "./fit.ts";
import { lloydCases } from "./lloyd.ts";
import { memoryCases } from "./memory.ts";
import { misuseCases } from "./misuse.ts";
import { momentCases } from "./moments.ts";
import { gramCases, multiplyCases } from "./multiply.ts";
import { rowCases } from "./rows.ts";
import { sparseCases } from "./sparse.ts";
import { topKCases } from "./top-k.ts";
import { trainingCases } from "./training/index.ts";
import { untrainedCases } from "./untrained.ts";

/** All cases, in the order of the interface; cases of the whole pipeline come last. */
export const caseDefinitions: readonly CaseDefinition[] = [
  ...memoryCases,
  ...momentCases,
  ...rowCases,
  ...multiplyCases,
  ...gramCases,
  ...eigenCases,
  ...sparseCases,
  ...distanceCases,
  ...assignCases,
  ...lloydCases,
  ...assignedDistanceCases,
  ...topKCases,
  ...trainingCases,
  ...misuseCases,
  ...fitCases,
  ...untrainedCases,
];
