import { type Observer, resolveOptions, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/options";
import { withoutOverlap } from "@wellbegun/evaluation";
import { createJudge, type Judge, type Objective, objectives } from "./objective.ts";
import { checksum, type SearchHead } from "./records.ts";
import type { FixedOptions } from "./settings.ts";
import { type Dimension, dimensionsOf } from "./space.ts";
import type { TuneInput, TuneOptions } from "./tune.ts";

/** A search's validated options, with defaults filled in. */
export interface SearchPlan {
  readonly head: SearchHead;
  readonly judge: Judge;
  /** Number of validation interactions that are not looked for, because they are also train interactions. */
  readonly overlap: number;
  readonly widths: Readonly<Record<string, number>>;
  readonly fixed: FixedOptions;
  readonly budget: Budget;
}

/** The budget of a search. */
export interface Budget {
  readonly trials: number;
  isTimeUp(): boolean;
  /** Reports the search's progress to an observer. */
  report(trial: number, score: number, observer: Observer): void;
}

/**
 * Default number of k-means runs: several runs would take most of a search's time and hardly change a score.
 */
export const searchRestarts = 1;

const doing = "preparing the search";

const optionNames = namesOf<TuneOptions>({
  overlap: true,
  objective: true,
  k: true,
  space: true,
  budget: true,
  data: true,
  recorded: true,
  onRecord: true,
  memory: true,
  backend: true,
  modalities: true,
  seed: true,
  restarts: true,
  maxIterations: true,
  tolerance: true,
  zeroRows: true,
  signal: true,
  onProgress: true,
});
const budgetNames = namesOf<NonNullable<TuneOptions["budget"]>>({ trials: true, seconds: true });

/** @throws {WellbegunError} as `tune` does, before anything is computed. */
export function planSearch(input: TuneInput, options: TuneOptions): SearchPlan {
  const { train, validation } = input;
  refuseUnknownKeys(doing, options, optionNames);
  refuseUnknownKeys(doing, options.budget ?? {}, budgetNames);
  const { objective = "recall", k = 20 } = options;
  requireSameRows(input);
  if (!objectives.includes(objective)) refuse("objective", `one of ${objectives.join(", ")}`, objective);
  if (!(Number.isSafeInteger(k) && k >= 1)) refuse("k", "a whole number >= 1", `${k}`);
  const all = Object.fromEntries(
    Object.entries(input.features).map(([name, { columns }]) => [name, columns]),
  );
  const { modalities, seed, restarts, maxIterations, tolerance, zeroRows } = resolveOptions(
    pick(options),
    all,
  );
  const widths = Object.fromEntries(modalities.map((name) => [name, all[name]!]));
  const fixed = { modalities, seed, restarts, maxIterations, tolerance, zeroRows };
  const { heldOut, overlap } = withoutOverlap(validation, train, options.overlap);
  const judge = createJudge(objective, train, heldOut, k, seed);
  const head: SearchHead = {
    kind: "search",
    version: 1,
    objective,
    k,
    seed,
    users: train.userCount,
    items: train.itemCount,
    train: train.items.length,
    validation: validation.items.length,
    units: judge.units.length,
    rows: checksum([train.offsets, train.items, validation.offsets, validation.items]),
    ...(options.data === undefined ? {} : { data: options.data }),
    dimensions: effective(dimensionsOf(options.space ?? {}, widths, train.itemCount), objective),
    fixed,
  };
  return { head, judge, overlap, widths, fixed, budget: planBudget(options) };
}

function pick({
  modalities,
  seed,
  restarts,
  maxIterations,
  tolerance,
  zeroRows,
}: FixedOptions): FixedOptions {
  return { modalities, seed, restarts: restarts ?? searchRestarts, maxIterations, tolerance, zeroRows };
}

/** The dimensions that an objective depends on: items alone know neither terms nor scale (it judges by cosine). */
function effective(dimensions: readonly Dimension[], objective: Objective): Dimension[] {
  const ofUsers = ["normalization", "lambda", "clusters", "scale"];
  return dimensions.filter(({ name }) => objective !== "item-cf" || !ofUsers.includes(name));
}

function planBudget({ budget = { trials: 200 }, recorded = [] }: TuneOptions): Budget {
  const { trials = Number.POSITIVE_INFINITY, seconds } = budget;
  if (trials === Number.POSITIVE_INFINITY && seconds === undefined)
    refuse("budget", "trials or seconds", "neither");
  if (trials !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(trials) && trials >= 1))
    refuse("budget", "a whole number of trials >= 1", `${trials}`);
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0))
    refuse("budget", "seconds above 0", `${seconds}`);
  // With fewer trials the search would be another one, and the best of the earlier one would be lost.
  const before = new Set(recorded.flatMap((record) => (record.kind === "trial" ? [record.trial] : []))).size;
  if (trials < before)
    refuse("budget", `at least the ${before} trials of the search that it goes on with`, `${trials}`);
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  let best = 0;
  return {
    trials,
    isTimeUp: () => seconds !== undefined && elapsed() > seconds,
    report: (trial, score, { onProgress }) => {
      best = Math.max(best, score);
      const note = `trial ${trial + 1}: ${score.toFixed(4)}, best ${best.toFixed(4)}`;
      const byTime = seconds !== undefined && trials === Number.POSITIVE_INFINITY;
      onProgress?.({
        stage: "evaluate",
        done: byTime ? Math.min(elapsed(), seconds) : trial + 1,
        total: byTime ? seconds : trials,
        note,
      });
    },
  };
}

function requireSameRows({ features, train, validation }: TuneInput): void {
  const expected = `${train.userCount} users and ${train.itemCount} items, as in the train rows`;
  const found = (users: number, items: number): string => `${users} users and ${items} items`;
  if (validation.userCount !== train.userCount || validation.itemCount !== train.itemCount) {
    const parts = { expected, found: found(validation.userCount, validation.itemCount), at: "validation" };
    throw new WellbegunError("mismatch", { doing, ...parts });
  }
  for (const [name, { rows, label }] of Object.entries(features)) {
    if (rows === train.itemCount) continue;
    const parts = { expected: `${train.itemCount} rows, one for each item`, found: `${rows}` };
    throw new WellbegunError("mismatch", {
      doing,
      ...parts,
      at: label ?? `modality ${name}`,
    });
  }
}

function refuse(at: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing, expected, found, at });
}
