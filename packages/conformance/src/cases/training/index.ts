import type { CaseDefinition } from "../../trial.ts";
import { adamCases } from "./adam.ts";
import { layerCases } from "./layers.ts";
import { lossCases } from "./losses.ts";
import { trainingMisuseCases } from "./misuse.ts";
import { trainingRowCases } from "./rows.ts";

/** The operations of training. */
export const trainingCases: readonly CaseDefinition[] = [
  ...trainingRowCases,
  ...layerCases,
  ...lossCases,
  ...adamCases,
  ...trainingMisuseCases,
];
