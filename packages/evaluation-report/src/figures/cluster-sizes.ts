import * as Plot from "@observablehq/plot";
import { draw, palette } from "../draw.ts";
import type { Figure } from "../html.ts";

/** Items in each cluster; undefined without clusters. */
export function clusterSizes(labels: Readonly<Record<string, Int32Array>>): Figure | undefined {
  const modalities = Object.entries(labels).map(([modality, own]) => {
    const counts = new Map<number, number>();
    for (const label of own) if (label >= 0) counts.set(label, (counts.get(label) ?? 0) + 1);
    const bars = [...counts].map(([cluster, items]) => ({ cluster: `${cluster}`, items }));
    bars.sort((a, b) => b.items - a.items);
    return { modality, bars, without: own.length - bars.reduce((sum, { items }) => sum + items, 0) };
  });
  if (modalities.length === 0) return undefined;
  return {
    id: "cluster-sizes",
    title: "Cluster sizes",
    caption:
      "Items in each cluster of k-means, largest first. A cluster with nearly all items says little of its users; one with a handful says much of a few.",
    plots: modalities.map(({ modality, bars }, index) =>
      draw({
        width: 430,
        height: 260,
        marginLeft: 55,
        title: modality,
        x: { label: "cluster", domain: bars.map(({ cluster }) => cluster) },
        y: { label: "items", grid: true },
        marks: [
          Plot.barY(bars, { x: "cluster", y: "items", fill: palette[index % palette.length]! }),
          Plot.ruleY([0]),
        ],
      }),
    ),
    numbers: modalities.map(({ modality, bars, without }) => ({
      columns: [`cluster of ${modality}`, "items"],
      rows: [
        ...bars.map(({ cluster, items }) => [cluster, items]),
        ...(without > 0 ? [["without the modality", without]] : []),
      ],
    })),
  };
}
