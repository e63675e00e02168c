import type { SettingName, Settings } from "./settings.ts";
import { valueIn } from "./settings.ts";

/** The importance of one setting. */
export interface Importance {
  readonly setting: SettingName;
  /**
   * Share of the scores' variance that the means of the setting's values explain, 0 to 1: eta squared, SS_between /
   * SS_total.
   */
  readonly explained: number;
  /**
   * The same, minus the share that as many values would explain by chance: epsilon squared, (SS_between - (V -
   * 1) MS_within) / SS_total, never below 0 (Kelley, PNAS 1935).
   */
  readonly importance: number;
  /** Trials in which the setting had an effect. */
  readonly trials: number;
  /** Mean score of each value, in the order of first appearance. */
  readonly means: readonly {
    readonly value: string | number;
    readonly mean: number;
    readonly trials: number;
  }[];
}

/**
 * How much of the differences between trials each setting explains alone: its main effect, as the first order of a
 * functional analysis of variance (Hutter, Hoos and Leyton-Brown, ICML 2014) on the trials themselves, without a model
 * between. Interactions are not distinguished from noise. The trials should be drawn uniformly: trials that a
 * search steers have values in common. Settings that had an effect in fewer than two trials, or have only one
 * value, are left out.
 *
 * @returns Most important first; ties in the given order.
 */
export function importances(
  trials: readonly { readonly settings: Settings; readonly score: number }[],
  names: readonly SettingName[],
): Importance[] {
  const found: Importance[] = [];
  for (const setting of names) {
    const groups = new Map<string | number, number[]>();
    const scores: number[] = [];
    for (const { settings, score } of trials) {
      const value = valueIn(settings, setting);
      if (value === null) continue;
      scores.push(score);
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [score]);
      else group.push(score);
    }
    if (groups.size < 2) continue;
    const mean = average(scores);
    const total = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
    const means = [...groups].map(([value, own]) => ({ value, mean: average(own), trials: own.length }));
    const between = means.reduce((sum, group) => sum + group.trials * (group.mean - mean) ** 2, 0);
    const freedom = scores.length - groups.size;
    const noise = freedom > 0 ? ((groups.size - 1) * (total - between)) / freedom : between;
    found.push({
      setting,
      explained: total > 0 ? between / total : 0,
      importance: total > 0 ? Math.max(0, between - noise) / total : 0,
      trials: scores.length,
      means,
    });
  }
  return found.sort((a, b) => b.importance - a.importance);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
