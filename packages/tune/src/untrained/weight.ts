import { type Backend, type JoinedModel, joinModels } from "@wellbegun/core";
import type { ChosenCollaborative } from "./collaborative.ts";
import type { ChosenContent } from "./content.ts";
import type { UntrainedTrial, ValidationJudge } from "./judge.ts";

/** Weights of the content's scores that are tried. */
const weights = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/** The joined tables at the chosen weight. */
export interface ChosenJoin {
  readonly model: JoinedModel;
  readonly weight: number;
  readonly trial: UntrainedTrial;
}

/** Weight 0 is among the candidates, since the content may add nothing to the interactions. */
export async function chooseWeight(
  collaborative: ChosenCollaborative,
  content: ChosenContent,
  judge: ValidationJudge,
  backend: Backend,
): Promise<ChosenJoin> {
  let best = {
    model: await joinModels(collaborative.model, content.model, { weight: 0, backend }),
    weight: 0,
    trial: collaborative.trial,
  };
  for (const weight of weights) {
    const model = best.model.with({ weight });
    const { trial } = await judge.judge("weight", { weight }, model);
    if (trial.ndcg > best.trial.ndcg) best = { model, weight, trial };
  }
  return best;
}
