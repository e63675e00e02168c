import * as Plot from "@observablehq/plot";
import type { Comparison } from "@wellbegun/evaluation";
import { categories, draw } from "../draw.ts";
import type { Figure } from "../html.ts";

interface Bar {
  readonly name: string;
  readonly group: string;
  readonly users: number;
  readonly recall: number;
  readonly control: number | null;
}

/** Recall at the largest cut by user degree; undefined without the zero-shot protocol. */
export function recallByDegree(comparison: Comparison): Figure | undefined {
  return recallBy(
    comparison,
    "byDegree",
    "recall-by-degree",
    "by degree of the user",
    "train items of the user",
  );
}

/**
 * Recall at the largest cut by the popularity of the held-out items; undefined without the zero-shot protocol.
 */
export function recallByPopularity(comparison: Comparison): Figure | undefined {
  return recallBy(
    comparison,
    "byPopularity",
    "recall-by-popularity",
    "by popularity of the item",
    "popularity of the held-out item",
  );
}

function recallBy(
  { contestants, k }: Comparison,
  side: "byDegree" | "byPopularity",
  id: string,
  title: string,
  label: string,
): Figure | undefined {
  const cut = k.indexOf(Math.max(...k));
  const bars = contestants.flatMap(({ name, zeroShot, control }): Bar[] =>
    (zeroShot?.cuts[cut]?.[side] ?? []).map(({ group, users, recall }) => ({
      name,
      group,
      users,
      recall,
      control: control?.zeroShot?.cuts[cut]?.[side].find((one) => one.group === group)?.recall ?? null,
    })),
  );
  const shown = bars.filter(({ users }) => users > 0);
  if (shown.length === 0) return undefined;
  const names = [...new Set(shown.map(({ name }) => name))];
  const groups = [...new Set(shown.map(({ group }) => group))];
  const recall = `Recall@${k[cut]}`;
  return {
    id,
    title: `${recall} ${title}`,
    caption:
      "Bars: the vectors as they are. Black or white ticks: the same vectors with their rows permuted, which is what the values reach without their meaning. A bar counts as far as it rises above its tick.",
    plots: [
      draw({
        width: 900,
        height: 340,
        marginLeft: 50,
        marginBottom: 45,
        x: { axis: null, domain: names },
        fx: { label, domain: groups, labelOffset: 40 },
        y: { label: recall, grid: true },
        color: categories(names),
        marks: [
          Plot.barY(shown, { x: "name", y: "recall", fx: "group", fill: "name" }),
          Plot.tickY(
            shown.filter(({ control }) => control !== null),
            { x: "name", y: "control", fx: "group", stroke: "currentColor", strokeWidth: 2.5 },
          ),
          Plot.ruleY([0]),
        ],
      }),
    ],
    numbers: [
      {
        columns: ["vectors", "group", "users", recall, "control"],
        rows: shown.map(({ name, group, users, recall: value, control }) => [
          name,
          group,
          users,
          value,
          control,
        ]),
      },
    ],
  };
}
