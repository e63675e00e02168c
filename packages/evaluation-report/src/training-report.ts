import { curveFigures, type TrainingCurve } from "./figures/curves.ts";
import { escapeHtml, figureHtml, pageHtml, tableHtml } from "./html.ts";

/** The content of {@link renderTrainingReport}. */
export interface TrainingReportInput {
  /** The page's title, such as the dataset's name. */
  readonly title: string;
  /** The rows at the top: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The trainings that are compared, at most ten, under names of their own. */
  readonly arms: readonly TrainingCurve[];
  /** Length of the lists that were judged. */
  readonly k: number;
}

/**
 * Trainings as one HTML page: the kept epoch of each arm, and losses, ranking metrics and geometry by epoch. It contains no
 * script and loads nothing from the network. Equal input gives equal bytes.
 */
export function renderTrainingReport({ title, facts, arms, k }: TrainingReportInput): string {
  const definitions = facts.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const kept = arms.map(({ name, points, bestEpoch }) => {
    const best = points.find(({ epoch }) => epoch === bestEpoch);
    return [
      name,
      points.length,
      bestEpoch,
      best?.validation?.recall ?? null,
      best?.test?.recall ?? null,
      best?.test?.ndcg ?? null,
    ];
  });
  const columns = [
    "arm",
    "epochs",
    "kept epoch",
    `validation Recall@${k}`,
    `test Recall@${k}`,
    `test NDCG@${k}`,
  ];
  return pageHtml(`${title}: training`, [
    `<header><h1>${escapeHtml(title)}</h1>`,
    "<p>Trained models. Validation chose the epoch whose vectors were kept; test rows had no part in it.</p>",
    `<dl>${definitions.join("\n")}</dl></header>`,
    `<section><h2>Kept epochs</h2>${tableHtml({ columns, rows: kept })}</section>`,
    ...curveFigures(arms, k).map(figureHtml),
  ]);
}
