import type { Random } from "@wellbegun/core/support";
import { type Settings, settingsKey, valueIn } from "./settings.ts";
import { compose, type Dimension, drawUniform } from "./space.ts";

/** A finished trial, as the sampler sees it. The caller passes trials best first. */
export interface Observation {
  readonly settings: Settings;
}

/** Number of trials that must be finished before the sampler uses them. */
const WARM_UP = 20;
/** Share of the trials that count as good. */
const GOOD_SHARE = 0.25;
/** Number of candidates, of which the most promising one is tried. */
const CANDIDATES = 24;
/** Number of draws without a new setting after which the space counts as exhausted. */
const MOST_DRAWS = 200;

/** The origin of a trial's settings. */
export type Draw = "given" | "uniform" | "model";

/**
 * Proposes settings not tried before: every other draw is uniform, so that no region is excluded and the
 * importances have a uniform sample; the others follow a tree-structured Parzen estimator over the values
 * (Bergstra et al., NeurIPS 2011): with l(v) and g(v) the smoothed frequencies of a value among the good
 * quarter of the trials and the others, the candidate with the largest product of l / g over the settings, out
 * of 24 drawn from l.
 *
 * @param ranked The trials so far, best first.
 * @param tried Keys of all settings so far.
 * @returns Undefined when the space seems exhausted.
 */
export function propose(
  dimensions: readonly Dimension[],
  widths: Readonly<Record<string, number>>,
  ranked: readonly Observation[],
  tried: ReadonlySet<string>,
  random: Random,
): { settings: Settings; draw: Draw } | undefined {
  const learn = ranked.length >= WARM_UP && random.uniform() < 0.5;
  if (learn) {
    const good = Math.ceil(ranked.length * GOOD_SHARE);
    const model = dimensions.map((dimension) => frequencies(dimension, ranked, good));
    let best: { settings: Settings; promise: number } | undefined;
    for (let c = 0; c < CANDIDATES; c++) {
      let promise = 0;
      let index = 0;
      const settings = compose(dimensions, widths, ({ values }) => {
        const { inGood, inRest } = model[index++]!;
        const chosen = drawFrom(inGood, random);
        promise += Math.log(inGood[chosen]! / inRest[chosen]!);
        return values[chosen]!;
      });
      if (!tried.has(settingsKey(settings)) && (best === undefined || promise > best.promise))
        best = { settings, promise };
    }
    if (best !== undefined) return { settings: best.settings, draw: "model" };
  }
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    const settings = drawUniform(dimensions, widths, random);
    if (!tried.has(settingsKey(settings))) return { settings, draw: "uniform" };
  }
  return undefined;
}

/** Frequencies of a dimension's values among the first `good` trials and among the others, one added to each count. */
function frequencies(
  { name, values }: Dimension,
  ranked: readonly Observation[],
  good: number,
): { inGood: number[]; inRest: number[] } {
  const share = (part: readonly Observation[]): number[] => {
    const counts = values.map(() => 1);
    for (const { settings } of part) {
      const at = values.indexOf(valueIn(settings, name) ?? "");
      if (at >= 0) counts[at]!++;
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => count / total);
  };
  return { inGood: share(ranked.slice(0, good)), inRest: share(ranked.slice(good)) };
}

function drawFrom(shares: readonly number[], random: Random): number {
  let left = random.uniform();
  for (const [index, share] of shares.entries()) {
    left -= share;
    if (left < 0) return index;
  }
  return shares.length - 1;
}
