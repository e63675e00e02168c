import {
  type Backend,
  defaultBackend,
  type FitInput,
  type Interactions,
  type Observer,
} from "@wellbegun/core";
import { checkpoint } from "@wellbegun/core/support";
import type { OverlapRule } from "@wellbegun/evaluation";
import { type HalvingInput, halve, rank, type Trial } from "./halving.ts";
import { type Importance, importances } from "./importance.ts";
import { judgeUnits, type Objective } from "./objective.ts";
import { planSearch } from "./plan.ts";
import { Recorded, type SearchHead, type SearchRecord } from "./records.ts";
import type { FixedOptions, SearchSpace, Settings } from "./settings.ts";
import type { Dimension } from "./space.ts";
import { TrialCache, type TrialTables } from "./trial-cache.ts";
import { type Comparison, compare } from "./verdict.ts";

/** The part of a dataset that a search reads. Test rows are not read. */
export interface TuneInput extends FitInput {
  /** The held-out interactions to be found. */
  readonly validation: Interactions;
}

/** Options of {@link tune}. Options of `fit` apply to every trial; the default of `restarts` is 1 here. */
export interface TuneOptions extends Observer, FixedOptions {
  /**
   * What happens to validation interactions that are also train interactions, which no list can contain.
   * Default: `leave-out`, counted in the result; `refuse` makes them an error.
   */
  readonly overlap?: OverlapRule | undefined;
  /** Default: `recall`. */
  readonly objective?: Objective | undefined;
  /** Length of the lists. Default: 20. */
  readonly k?: number | undefined;
  /** Values to choose from, instead of the default ones. */
  readonly space?: Partial<SearchSpace> | undefined;
  /** Largest number of trials, and seconds after which no further trial is drawn. Default: 200 trials. */
  readonly budget?:
    | { readonly trials?: number | undefined; readonly seconds?: number | undefined }
    | undefined;
  /**
   * The data's identity, as named values such as a SHA-256 of each modality's features. The head records it, so
   * that resuming a search of other data throws. Default: only counts and interactions are compared.
   */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Records of an earlier run of the same search, which are not computed again. */
  readonly recorded?: readonly SearchRecord[] | undefined;
  /** Called with the head of the search and with every judgment that is not in `recorded`, in order. */
  readonly onRecord?: ((record: SearchRecord) => void | Promise<void>) | undefined;
  /** Largest number of bytes of shared work to keep, besides the features in use. Default: 1 GiB. */
  readonly memory?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

/** The result of a search. */
export interface TuneResult {
  readonly head: SearchHead;
  /** Number of validation interactions that were not looked for, because they are also train interactions. */
  readonly overlap: number;
  /** Every trial, in the order of drawing. */
  readonly trials: readonly Trial[];
  /**
   * The best of the trials that were judged on all units. Its score is the largest of many, so it is slightly
   * optimistic.
   */
  readonly best: Trial;
  /** The best trial compared with the default, popularity and the controls. */
  readonly comparison: Comparison;
  /** Importances from the uniformly drawn trials on the smallest sample, most important first. */
  readonly importances: readonly Importance[];
}

/**
 * Searches the settings of core's `fit` by the quality of the untrained vectors on the validation rows: a
 * seeded, model-guided sampler with successive halving over users. Work that trials share is done once.
 *
 * @throws {WellbegunError} `invalid-option` for a bad objective, budget, `k` or space, for a budget below the trials of
 * `recorded`, and for an option that does not exist; `invalid-data` if the
 * validation rows hold nothing to find, or an overlap that `overlap` refuses; `mismatch` if `recorded` is from
 * another search; the errors of `fit`; `aborted`.
 */
export async function tune(input: TuneInput, options: TuneOptions = {}): Promise<TuneResult> {
  const { features, train } = input;
  const plan = planSearch(input, options);
  const { head, judge, overlap, widths, fixed, budget } = plan;
  const { k, seed } = head;
  const recorded = new Recorded(head, options.recorded ?? []);
  if ((options.recorded ?? []).length === 0) await options.onRecord?.(head);

  const backend = options.backend ?? (await defaultBackend());
  const users = judge.ofUsers ? selectInteractions(train, judge.units) : train;
  const inputs = { features, train };
  const memory = options.memory ?? 2 ** 30;
  const cache = new TrialCache(backend, inputs, fixed, users, memory, { signal: options.signal });
  const tablesOf = async (settings: Settings): Promise<TrialTables> =>
    judge.ofUsers
      ? await cache.tables(settings)
      : { users: [], items: await cache.items({ ...settings, scale: "unit" }) };
  const sums = new Map<number, { units: number; sum: number }>();
  const compute = async (trial: number, settings: Settings, units: number): Promise<number> => {
    // Scores of units that were judged before are reused: only the further units are ranked.
    const before = sums.get(trial) ?? { units: 0, sum: 0 };
    const scores = await judgeUnits(backend, judge, await tablesOf(settings), k, before.units, units);
    const sum = scores.reduce((total, value) => total + value, before.sum);
    sums.set(trial, { units, sum });
    return sum / units;
  };
  const judgeTrial: HalvingInput["judge"] = async (trial, draw, settings, units) => {
    await checkpoint(options, "tuning");
    const known = recorded.find(trial, units, settings);
    const score = known ?? (await compute(trial, settings, units));
    if (known === undefined) await options.onRecord?.({ kind: "trial", trial, draw, units, score, settings });
    budget.report(trial, score, options);
    return score;
  };
  try {
    const { dimensions } = head;
    const units = judge.units.length;
    const { trials: most, isTimeUp } = budget;
    const search = { dimensions, widths, units, seed, trials: most, isTimeUp, judge: judgeTrial };
    const trials = await halve(search);
    const best = rank(trials)[0]!;
    const standard = trials[0]!.settings;
    const comparison = await compare({ backend, judge, train, k, seed }, best.settings, standard, tablesOf);
    return { head, overlap, trials, best, comparison, importances: importancesOf(trials, dimensions) };
  } finally {
    cache.dispose();
    if (options.backend === undefined) await backend.dispose();
  }
}

function importancesOf(trials: readonly Trial[], dimensions: readonly Dimension[]): Importance[] {
  const even = trials.filter(({ draw }) => draw === "uniform");
  const scored = even.map(({ settings, firstScore }) => ({ settings, score: firstScore }));
  return importances(
    scored,
    dimensions.map(({ name }) => name),
  );
}

/** The interactions of some users, in the given order, with their weights. */
function selectInteractions(train: Interactions, users: Uint32Array): Interactions {
  const rows = [...users].map((user) => [train.offsets[user]!, train.offsets[user + 1]!] as const);
  const offsets = new Uint32Array(users.length + 1);
  for (const [row, [first, last]] of rows.entries()) offsets[row + 1] = offsets[row]! + last - first;
  const items = new Uint32Array(offsets[users.length]!);
  const weights = train.weights === undefined ? undefined : new Float32Array(items.length);
  for (const [row, [first, last]] of rows.entries()) {
    items.set(train.items.subarray(first, last), offsets[row]!);
    weights?.set(train.weights!.subarray(first, last), offsets[row]!);
  }
  return { userCount: users.length, itemCount: train.itemCount, offsets, items, ...(weights && { weights }) };
}
