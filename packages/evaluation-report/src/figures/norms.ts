import * as Plot from "@observablehq/plot";
import type { Comparison } from "@wellbegun/evaluation";
import { categories, draw } from "../draw.ts";
import type { Figure } from "../html.ts";

/** Distributions of the rows' lengths; undefined without the alignment protocol. */
export function normHistograms({ contestants }: Comparison): Figure | undefined {
  const shown = contestants.flatMap(({ name, alignment }) =>
    alignment === null ? [] : [{ name, alignment }],
  );
  if (shown.length === 0) return undefined;
  const sidesOf = ({ alignment }: (typeof shown)[number]) =>
    [
      ["users", alignment.userNorms],
      ["items", alignment.itemNorms],
    ] as const;
  return {
    id: "norms",
    title: "Lengths of the vectors",
    caption:
      "L2 norms of the rows. A model that trains on with both tables expects them at one scale; a wide distribution means that some users or items outweigh others before anything is learned.",
    plots: shown.map((one) => {
      const bins = sidesOf(one).flatMap(([side, { histogram }]) =>
        histogram.map(({ from, to, count }) => {
          // A table whose rows all have one norm has one bin of width 0, which would be invisible.
          const width = to > from ? 0 : Math.max(Math.abs(from), 1) * 0.01;
          return { side, from: from - width, to: to + width, count };
        }),
      );
      return draw({
        width: 430,
        height: 240,
        marginLeft: 55,
        title: one.name,
        x: { label: "norm" },
        y: { label: "rows", grid: true },
        color: categories(["users", "items"]),
        marks: [
          Plot.rectY(bins, { x1: "from", x2: "to", y: "count", fill: "side", fillOpacity: 0.6, inset: 0.5 }),
          Plot.ruleY([0]),
        ],
      });
    }),
    numbers: [
      {
        columns: ["table", "mean", "deviation", "min", "median", "max"],
        rows: shown.flatMap((one) =>
          sidesOf(one).map(([side, { mean, deviation, min, median, max }]) => [
            `${one.name}, ${side}`,
            mean,
            deviation,
            min,
            median,
            max,
          ]),
        ),
      },
      {
        columns: ["table", "from", "to", "rows"],
        rows: shown.flatMap((one) =>
          sidesOf(one).flatMap(([side, { histogram }]) =>
            histogram.map(({ from, to, count }) => [`${one.name}, ${side}`, from, to, count]),
          ),
        ),
      },
    ],
  };
}
