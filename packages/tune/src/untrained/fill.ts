import {
  type Backend,
  type FoldingModel,
  fillColdItems,
  type Interactions,
  type JoinedModel,
  joinModels,
  type SpectralModel,
  WellbegunError,
} from "@wellbegun/core";
import type { UntrainedTrial, ValidationJudge } from "./judge.ts";

/** Factors on the norm of filled rows that are tried. */
const factors = [0.25, 0.5, 1, 1.5, 2, 3];
/** Smallest share of the overall recall that a chosen factor keeps. */
const keptShare = 0.99;

/** Joined tables whose cold items are filled. */
export interface ChosenFill {
  readonly model: JoinedModel;
  readonly factor: number;
  readonly recall: number;
}

/**
 * Fills the collaborative rows of cold items with a given factor, or with the one that finds most cold items
 * without losing more than 1 % of the overall recall. Undefined if every factor loses more, or there are no cold items
 * among the validation rows to choose by.
 */
export async function chooseFill(
  train: Interactions,
  collaborative: SpectralModel,
  content: FoldingModel,
  joined: { readonly weight: number; readonly recall: number },
  fillCold: number | "chosen",
  judge: ValidationJudge,
  backend: Backend,
): Promise<ChosenFill | undefined> {
  const { weight } = joined;
  let best: (ChosenFill & Pick<UntrainedTrial, "cold">) | undefined;
  for (const factor of fillCold === "chosen" ? factors : [fillCold]) {
    const side = fillColdItems(collaborative, content.items, train, { factor });
    const model = await joinModels(side, content, { weight, backend });
    const { recall, cold } = await judge.judge("fillCold", { fillCold: factor }, model);
    const allowed = fillCold !== "chosen" || (cold !== null && recall >= keptShare * joined.recall);
    if (allowed && (best === undefined || cold! > best.cold!)) best = { model, factor, recall, cold };
  }
  return best;
}

/** @throws {WellbegunError} `invalid-option`: without features there is nothing to fill rows from. */
export function refuseFill(fillCold: number | "chosen"): never {
  throw new WellbegunError("invalid-option", {
    doing: "choosing a recommender",
    expected: "features, from which cold items are filled",
    found: `fillCold ${fillCold} and no features`,
    at: "fillCold",
  });
}
