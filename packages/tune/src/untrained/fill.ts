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
import { describe } from "@wellbegun/core/support";
import type { ValidationJudge } from "./judge.ts";
import type { ChosenJoin } from "./weight.ts";

/** Factors on the norm of filled rows that are tried. */
const factors = [0.25, 0.5, 1, 1.5, 2, 3];
/** Smallest share of the overall recall that a chosen factor keeps. */
const keptShare = 0.99;

/**
 * What became of filling cold items: `filled`; `nothing to fill` if no item is cold and has content;
 * `nothing to choose by` if no cold item is among the validation rows; `no gain` if no factor finds more cold items on
 * the validation rows than the unfilled tables and keeps 99 % of the overall recall.
 */
export type FillOutcome = "filled" | "nothing to fill" | "nothing to choose by" | "no gain";

/** Joined tables whose cold items are filled. */
export interface FilledTables {
  readonly model: JoinedModel;
  readonly factor: number;
  readonly recall: number;
}

/** The result of {@link chooseFill}. */
export interface ChosenFill {
  readonly outcome: FillOutcome;
  /** Undefined unless the outcome is `filled`. */
  readonly tables?: FilledTables;
}

/**
 * Fills the collaborative rows of cold items with a given factor, or with the one that finds most cold items: more than
 * the unfilled tables find, and without losing more than 1 % of the overall recall.
 */
export async function chooseFill(
  train: Interactions,
  collaborative: SpectralModel,
  content: FoldingModel,
  joined: ChosenJoin,
  fillCold: number | "chosen",
  judge: ValidationJudge,
  backend: Backend,
): Promise<ChosenFill> {
  const side = fillColdItems(collaborative, content.items, train);
  if (side.filled === 0) return { outcome: "nothing to fill" };
  const judged = async (factor: number): Promise<FilledTables & { cold: number | null }> => {
    const filled = side.with({ factor });
    const model = await joinModels(filled, content, { weight: joined.weight, backend });
    const { recall, cold } = (await judge.judge("fillCold", { fillCold: factor }, model)).trial;
    return { model, factor, recall, cold };
  };
  if (fillCold !== "chosen") return { outcome: "filled", tables: await judged(fillCold) };
  if (joined.trial.cold === null) return { outcome: "nothing to choose by" };
  let tables: FilledTables | undefined;
  let most = joined.trial.cold;
  for (const factor of factors) {
    const { cold, ...candidate } = await judged(factor);
    if (candidate.recall < keptShare * joined.trial.recall || cold! <= most) continue;
    most = cold!;
    tables = candidate;
  }
  return tables === undefined ? { outcome: "no gain" } : { outcome: "filled", tables };
}

/**
 * Checks the option before any work.
 *
 * @param given Whether there are features.
 * @throws {WellbegunError} `invalid-option` for a factor that is not a number above 0, and without features, from which
 * rows are filled.
 */
export function checkFill(fillCold: number | "chosen", given: boolean): void {
  const refuse = (expected: string, found: string): never => {
    throw new WellbegunError("invalid-option", {
      doing: "choosing a recommender",
      expected,
      found,
      at: "fillCold",
    });
  };
  if (fillCold !== "chosen" && !(Number.isFinite(fillCold) && fillCold > 0)) {
    refuse('a finite number above 0, or "chosen"', describe(fillCold));
  }
  if (!given) refuse("features, from which cold items are filled", `fillCold ${fillCold} and no features`);
}
