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

/** What a search reads of a dataset. Test rows are not read. */
export interface TuneInput extends FitInput {
  /** What is to be found. */
  readonly validation: Interactions;
}

/** Options of {@link tune}; those of `fit` hold for every trial, but `restarts` is 1 when left out. */
export interface TuneOptions extends Observer, FixedOptions {
  /**
   * What happens to validation interactions that are train interactions too, which no list can hold. Default: `leave-out`,
   * counted in the result; `refuse` makes them an error.
   */
  readonly overlap?: OverlapRule | undefined;
  /** Default: `recall`. */
  readonly objective?: Objective | undefined;
  /** Length of the lists. Default: 20. */
  readonly k?: number | undefined;
  /** Values to choose from, instead of the default ones. */
  readonly space?: Partial<SearchSpace> | undefined;
  /** Trials at most, and seconds after which no further one is drawn. Default: 200 trials. */
  readonly budget?:
    | { readonly trials?: number | undefined; readonly seconds?: number | undefined }
    | undefined;
  /**
   * What tells the data apart from others, by name, such as a SHA-256 of each modality's features. It stands in the head, so
   * that an earlier search of other data is refused. Default: only numbers and interactions are compared.
   */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Records of an earlier run of the same search: what they hold is not computed again. */
  readonly recorded?: readonly SearchRecord[] | undefined;
  /** Told of the head of the search and of every judgment that is not among `recorded`, in order. */
  readonly onRecord?: ((record: SearchRecord) => void | Promise<void>) | undefined;
  /** Bytes of shared work that are kept at most, beside the features in use. Default: 1 GiB. */
  readonly memory?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`, disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

/** What a search found. */
export interface TuneResult {
  readonly head: SearchHead;
  /** Validation interactions that were not looked for, because they are train interactions too. */
  readonly overlap: number;
  /** Every trial, in the order of drawing. */
  readonly trials: readonly Trial[];
  /** The best of those that were judged on all units; its score is the largest of many, and so a little too good. */
  readonly best: Trial;
  /** How the best stands against the default, popularity and the controls. */
  readonly comparison: Comparison;
  /** From the evenly drawn trials, at the smallest sample. Most important first. */
  readonly importances: readonly Importance[];
}

/**
 * Searches the settings of core's `fit` by what the untrained vectors are worth on the validation rows: a seeded,
 * model-guided sampler with successive halving over users, and all work that trials can share done once.
 *
 * @throws {WellbegunError} `invalid-option` for a bad objective, budget, `k` or space; `invalid-data` if the validation
 * rows hold nothing to find or an overlap that is refused; `mismatch` if `recorded` is of another search; what `fit` throws; `aborted`.
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
    // Units judged before count as they are: only the further ones are ranked.
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
