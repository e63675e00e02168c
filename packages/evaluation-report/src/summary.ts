import type { Comparison, Interval, MetricInterval } from "@wellbegun/evaluation";
import type { NumberTable } from "./html.ts";

/** Ranking metrics of all contestants as tables, with the control in brackets. */
export function summaryTables(
  comparison: Comparison,
  masked: Comparison | undefined,
): (NumberTable & { readonly title: string })[] {
  const both = [
    { comparison, title: "" },
    ...(masked === undefined ? [] : [{ comparison: masked, title: ", items with a missing modality" }]),
  ];
  return [
    ...both.flatMap((one) => zeroShotTable(one.comparison, `Zero-shot${one.title}`)),
    ...both.flatMap((one) => intervalTable(one.comparison, `95 % intervals over users${one.title}`)),
    ...both.flatMap((one) => itemCfTable(one.comparison, `Item-CF${one.title}`)),
    ...alignmentTable(comparison),
  ];
}

type Titled = NumberTable & { readonly title: string };

function zeroShotTable({ contestants, k }: Comparison, title: string): Titled[] {
  const shown = contestants.filter(({ zeroShot }) => zeroShot !== null);
  if (shown.length === 0) return [];
  const names = ["recall", "ndcg", "precision", "map", "hitRate", "mrr"] as const;
  const last = k.length - 1;
  return [
    {
      title,
      columns: [
        "vectors",
        ...k.slice(0, last).map((cut) => `Recall@${cut}`),
        ...["Recall", "NDCG", "Precision", "MAP", "HitRate", "MRR"].map((name) => `${name}@${k[last]}`),
        "coverage",
        "Gini",
        "novelty",
      ],
      rows: shown.map(({ name, zeroShot, control }) => {
        const cut = zeroShot!.cuts[last]!;
        const permuted = control?.zeroShot?.cuts;
        return [
          name,
          ...zeroShot!.cuts
            .slice(0, last)
            .map(({ recall }, index) => withControl(recall, permuted?.[index]?.recall)),
          ...names.map((metric) => withControl(cut[metric], permuted?.[last]?.[metric])),
          cut.coverage.toFixed(3),
          cut.gini.toFixed(3),
          cut.novelty.toFixed(2),
        ];
      }),
    },
  ];
}

/** The intervals of the zero-shot metrics at the last cut, and of their gains over the control. */
function intervalTable({ contestants, k }: Comparison, title: string): Titled[] {
  const last = k.length - 1;
  const rows = contestants.flatMap(({ name, intervals }) => {
    const found = intervals?.[last];
    if (found === undefined) return [];
    return [[name, ...[found.recall, found.ndcg].flatMap((one) => [range(one), overControl(one)])]];
  });
  if (rows.length === 0) return [];
  const figures = [`Recall@${k[last]}`, `NDCG@${k[last]}`];
  return [
    { title, columns: ["vectors", ...figures.flatMap((name) => [name, `${name} less control`])], rows },
  ];
}

function overControl({ overControl: over }: MetricInterval): string | null {
  return over === null ? null : `${over.difference.toFixed(4)} (${range(over)})`;
}

function range({ low, high }: Interval): string {
  return `${low.toFixed(4)} to ${high.toFixed(4)}`;
}

function itemCfTable({ contestants, k }: Comparison, title: string): Titled[] {
  const shown = contestants.filter(({ itemCf }) => itemCf !== null);
  const last = k.length - 1;
  if (shown.length === 0) return [];
  const groups = shown[0]!.itemCf!.cuts[last]!.byPopularity.map(({ group }) => group);
  return [
    {
      title,
      columns: [
        "items",
        ...k.map((cut) => `Recall@${cut}`),
        ...groups.map((group) => `${group} @${k[last]}`),
      ],
      rows: shown.map(({ name, itemCf, control }) => [
        name,
        ...itemCf!.cuts.map(({ recall }, index) => withControl(recall, control?.itemCf?.cuts[index]?.recall)),
        ...itemCf!.cuts[last]!.byPopularity.map(({ recall }, index) =>
          withControl(recall, control?.itemCf?.cuts[last]?.byPopularity[index]?.recall),
        ),
      ]),
    },
  ];
}

function alignmentTable({ contestants }: Comparison): Titled[] {
  const rows = contestants.flatMap(({ name, alignment }) =>
    alignment === null
      ? []
      : [
          [
            name,
            alignment.cosine.own,
            alignment.cosine.random,
            alignment.cosine.gap,
            alignment.alignment,
            alignment.userUniformity,
            alignment.itemUniformity,
            alignment.userEffectiveRank,
            alignment.itemEffectiveRank,
          ],
        ],
  );
  if (rows.length === 0) return [];
  return [
    {
      title: "Alignment",
      columns: [
        "vectors",
        "cosine to own items",
        "to random items",
        "gap",
        "alignment",
        "uniformity, users",
        "items",
        "effective rank, users",
        "items",
      ],
      rows,
    },
  ];
}

function withControl(value: number, control: number | undefined): string {
  return control === undefined ? value.toFixed(4) : `${value.toFixed(4)} (${control.toFixed(4)})`;
}
