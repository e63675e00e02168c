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
import type { ValidationJudge } from "./judge.ts";

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
  joined: { readonly model: JoinedModel; readonly weight: number; readonly recall: number },
  fillCold: number | "chosen",
  judge: ValidationJudge,
  backend: Backend,
): Promise<ChosenFill> {
  const fill = (factor: number): FoldingModel =>
    fillColdItems(collaborative, content.items, train, { factor });
  const judged = async (
    side: FoldingModel,
    factor: number,
  ): Promise<FilledTables & { cold: number | null }> => {
    const model = await joinModels(side, content, { weight: joined.weight, backend });
    const { recall, cold } = await judge.judge("fillCold", { fillCold: factor }, model);
    return { model, factor, recall, cold };
  };
  const first = fill(fillCold === "chosen" ? factors[0]! : fillCold);
  if (haveEqualRows(first, collaborative)) return { outcome: "nothing to fill" };
  if (fillCold !== "chosen") return { outcome: "filled", tables: await judged(first, fillCold) };
  const { cold: unfilled } = await judge.judge("fillCold", { fillCold: 0 }, joined.model);
  if (unfilled === null) return { outcome: "nothing to choose by" };
  let tables: FilledTables | undefined;
  let most = unfilled;
  for (const factor of factors) {
    const { cold, ...candidate } = await judged(fill(factor), factor);
    if (candidate.recall < keptShare * joined.recall || cold! <= most) continue;
    most = cold!;
    tables = candidate;
  }
  return tables === undefined ? { outcome: "no gain" } : { outcome: "filled", tables };
}

function haveEqualRows(one: FoldingModel, other: FoldingModel): boolean {
  return one.items.data.every((value, at) => value === other.items.data[at]);
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
