import type { RankingEvaluation } from "../protocols/evaluate.ts";
import {
  differenceOf,
  type Interval,
  intervalOf,
  type PairedDifference,
  type ResampleOptions,
  resampledMeans,
} from "./bootstrap.ts";

/** The interval of a mean over users. */
export interface MetricInterval extends Interval {
  /** The mean minus the control's mean on the same users; null without a control. */
  readonly overControl: PairedDifference | null;
}

/** The 95 % bootstrap intervals over users of the means at one cut. */
export interface CutIntervals {
  readonly k: number;
  readonly recall: MetricInterval;
  readonly ndcg: MetricInterval;
}

/** A result, and the result of its control. */
export interface Controlled {
  readonly zeroShot: RankingEvaluation | null;
  readonly control: { readonly zeroShot: RankingEvaluation | null } | null;
}

const metrics = ["recall", "ndcg"] as const;

/**
 * The intervals of several results on the same users, from one series of resamples: null for a result without ranking, or
 * without users.
 */
export function cutIntervals(
  results: readonly Controlled[],
  options: ResampleOptions = {},
): (CutIntervals[] | null)[] {
  const evaluations = results.flatMap(({ zeroShot, control }) => [zeroShot, control?.zeroShot ?? null]);
  const judged = evaluations.filter((one) => one !== null && one.users > 0);
  const all = judged.flatMap((one) =>
    one!.cuts.flatMap(({ perUser }) => metrics.map((name) => perUser[name])),
  );
  // Contestants with the same tables share their results.
  const series = [...new Set(all)];
  if (series.length === 0) return results.map(() => null);
  const means = resampledMeans(series, options);
  const meansOf = new Map(series.map((values, index) => [values, means[index]!]));
  return results.map(({ zeroShot, control }) => {
    if (zeroShot === null || zeroShot.users === 0) return null;
    return zeroShot.cuts.map((cut, index) => {
      const other = control?.zeroShot?.cuts[index];
      const intervalIn = (name: (typeof metrics)[number]): MetricInterval => {
        const own = meansOf.get(cut.perUser[name])!;
        const others = other && meansOf.get(other.perUser[name])!;
        return {
          ...intervalOf(own),
          overControl:
            others === undefined
              ? null
              : differenceOf(
                  cut[name] - other![name],
                  own.map((mean, r) => mean - others[r]!),
                ),
        };
      };
      return { k: cut.k, recall: intervalIn("recall"), ndcg: intervalIn("ndcg") };
    });
  });
}
