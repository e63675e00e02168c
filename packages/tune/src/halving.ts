import { presets } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { type Draw, propose } from "./sampler.ts";
import { defaultSettings, type Settings, settingsKey } from "./settings.ts";
import { canonical, type Dimension } from "./space.ts";

/** A trial: a setting with its scores. */
export interface Trial {
  /** From 0, in the order of drawing; 0 is the default. */
  readonly trial: number;
  readonly draw: Draw;
  readonly settings: Settings;
  /** Mean score over the first `units` units, the largest sample that it was judged on. */
  readonly score: number;
  readonly units: number;
  /** The score on the smallest sample, which all trials share; importances are computed from it. */
  readonly firstScore: number;
}

/** Largest size of the smallest sample, and the factor between sample sizes. */
const SMALLEST_SAMPLE = 1000;
const GROWTH = 3;
/** Trials that compete in one round. */
const ROUND = 27;

/** The sample sizes of successive halving: each three times the one before, the last all units. */
export function ladder(units: number): number[] {
  const sizes = [units];
  while (sizes[0]! >= SMALLEST_SAMPLE * GROWTH) sizes.unshift(Math.ceil(sizes[0]! / GROWTH));
  return sizes;
}

/** Options of {@link halve}. */
export interface HalvingInput {
  readonly dimensions: readonly Dimension[];
  readonly widths: Readonly<Record<string, number>>;
  readonly units: number;
  readonly seed: number;
  /** Largest number of trials. */
  readonly trials: number;
  /** Whether time is up; called before each new trial is drawn. */
  readonly isTimeUp: () => boolean;
  /** Mean score of a trial on the first `units` units. */
  readonly judge: (trial: number, draw: Draw, settings: Settings, units: number) => Promise<number>;
}

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) in rounds of 27 trials: all are judged on a sample
 * of the units, the best third on three times as many, and so on up to all units. The first round begins with
 * the default and the paper's setting; the default is always judged on all. When time is up, no further trial
 * is drawn, and the current round is completed.
 */
export async function halve(input: HalvingInput): Promise<Trial[]> {
  const { dimensions, widths, seed } = input;
  const sizes = ladder(input.units);
  const random = createRandom(seed, "tune/sampler");
  const tried = new Set<string>();
  const all: Trial[] = [];
  let exhausted = false;
  while (all.length < input.trials && !exhausted && !(all.length > 0 && input.isTimeUp())) {
    const ranked = rank(all);
    const round: number[] = [];
    while (round.length < ROUND && all.length < input.trials && !(all.length > 1 && input.isTimeUp())) {
      const next = given(all.length, widths, tried) ?? propose(dimensions, widths, ranked, tried, random);
      exhausted = next === undefined;
      if (next === undefined) break;
      const { settings, draw } = next;
      const trial = all.length;
      tried.add(settingsKey(settings));
      const units = sizes[0]!;
      const score = await input.judge(trial, draw, settings, units);
      round.push(trial);
      all.push({ trial, draw, settings, units, score, firstScore: score });
    }
    for (const size of sizes.slice(1)) {
      const best = rank(round.map((trial) => all[trial]!)).slice(0, Math.ceil(round.length / GROWTH));
      const promoted = new Set(best.map(({ trial }) => trial));
      if (round.includes(0)) promoted.add(0);
      round.splice(0, round.length, ...[...promoted].sort((a, b) => a - b));
      for (const trial of round) {
        const { draw, settings, firstScore } = all[trial]!;
        const score = await input.judge(trial, draw, settings, size);
        all[trial] = { trial, draw, settings, units: size, score, firstScore };
      }
    }
  }
  return all;
}

/** Best first: by the number of judged units, then by score, then by age, older first. */
export function rank(trials: readonly Trial[]): Trial[] {
  return trials.toSorted((a, b) => b.units - a.units || b.score - a.score || a.trial - b.trial);
}

/** The settings with which every search begins. */
function given(
  trial: number,
  widths: Readonly<Record<string, number>>,
  tried: ReadonlySet<string>,
): { settings: Settings; draw: Draw } | undefined {
  const own = defaultSettings(widths);
  const settings = [own, canonical({ ...own, ...presets.paper }, own)][trial];
  return settings === undefined || tried.has(settingsKey(settings)) ? undefined : { settings, draw: "given" };
}
