import * as Plot from "@observablehq/plot";
import { categories, draw } from "../draw.ts";
import type { Figure } from "../html.ts";

/** What one epoch of a training contributes to the curves; `EpochRecord` of `@wellbegun/train` fits. */
export interface CurvePoint {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** The terms of the loss, summed over the batches. */
  readonly terms: Readonly<Record<string, number>>;
  /** In evaluated epochs. */
  readonly validation?: RankingPoint | undefined;
  readonly test?: RankingPoint | undefined;
  /** In evaluated epochs, where it was measured. */
  readonly geometry?: GeometryPoint | undefined;
}

interface RankingPoint {
  readonly recall: number;
  readonly ndcg: number;
}

interface GeometryPoint {
  readonly alignment: number;
  readonly userUniformity: number;
  readonly itemUniformity: number;
  readonly userRank: number;
  readonly itemRank: number;
}

/** One training: an arm of a comparison. */
export interface TrainingCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** The epoch whose vectors were kept. */
  readonly bestEpoch: number;
}

/** A quantity that is drawn by epoch. */
interface Quantity {
  readonly label: string;
  readonly of: (point: CurvePoint) => number | undefined;
}

/** Figures of the losses, the ranking metrics and the geometry by epoch, the arms beside each other. */
export function curveFigures(arms: readonly TrainingCurve[], k: number): Figure[] {
  const terms = [
    ...new Set(arms.flatMap(({ points }) => points.flatMap(({ terms: one }) => Object.keys(one)))),
  ];
  const figures = [
    figure(arms, {
      id: "ranking",
      title: "Ranking by epoch",
      caption:
        "Means over the users of a split. A dot marks the epoch whose vectors were kept: the best on validation.",
      quantities: [
        { label: `validation Recall@${k}`, of: ({ validation }) => validation?.recall },
        { label: `test Recall@${k}`, of: ({ test }) => test?.recall },
        { label: `validation NDCG@${k}`, of: ({ validation }) => validation?.ndcg },
        { label: `test NDCG@${k}`, of: ({ test }) => test?.ndcg },
      ],
    }),
    figure(arms, {
      id: "losses",
      title: "Loss by epoch",
      caption:
        "Each term with its weight, summed over the batches. Arms with different terms or weights cannot be compared.",
      quantities: terms.map((term) => ({ label: term, of: (point) => point.terms[term] })),
    }),
    figure(arms, {
      id: "geometry",
      title: "Geometry by epoch",
      caption:
        "Alignment: mean squared distance of a user's and its items' unit vectors. Uniformity: 0 if all unit vectors are equal, lower if they are spread. Effective rank: the number of directions that the table fills. A rank or a uniformity that collapses is lost variety, which ranking metrics do not show.",
      quantities: [
        { label: "alignment", of: ({ geometry }) => geometry?.alignment },
        { label: "uniformity of users", of: ({ geometry }) => geometry?.userUniformity },
        { label: "uniformity of items", of: ({ geometry }) => geometry?.itemUniformity },
        { label: "effective rank of users", of: ({ geometry }) => geometry?.userRank },
        { label: "effective rank of items", of: ({ geometry }) => geometry?.itemRank },
      ],
    }),
  ];
  return figures.filter((one) => one !== undefined);
}

interface FigureContent extends Pick<Figure, "id" | "title" | "caption"> {
  readonly quantities: readonly Quantity[];
}

/** Undefined where no arm has any of the quantities. */
function figure(arms: readonly TrainingCurve[], { quantities, ...texts }: FigureContent): Figure | undefined {
  const measured = quantities.map(({ label, of }) => ({
    label,
    rows: arms.flatMap(({ name, points, bestEpoch }) =>
      points.flatMap((point) => {
        const value = of(point);
        return value === undefined
          ? []
          : [{ name, epoch: point.epoch, value, kept: point.epoch === bestEpoch }];
      }),
    ),
  }));
  const shown = measured.filter(({ rows }) => rows.length > 0);
  if (shown.length === 0) return undefined;
  const names = arms.map(({ name }) => name);
  return {
    ...texts,
    plots: shown.map(({ label, rows }) =>
      draw({
        width: 440,
        height: 260,
        marginLeft: 55,
        x: { label: "epoch", tickFormat: "d" },
        y: { label, grid: true, nice: true },
        color: categories(names),
        marks: [
          Plot.lineY(rows, { x: "epoch", y: "value", stroke: "name", z: "name" }),
          Plot.dot(
            rows.filter(({ kept }) => kept),
            { x: "epoch", y: "value", fill: "name", r: 4 },
          ),
        ],
      }),
    ),
    numbers: shown.map(({ label, rows }) => ({
      columns: ["arm", "epoch", label],
      rows: rows.map(({ name, epoch, value }) => [name, epoch, value]),
    })),
  };
}
