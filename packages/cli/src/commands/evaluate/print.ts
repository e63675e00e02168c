import type { TableAlignment } from "@wellbegun/evaluation";
import { noteLines } from "../../shared/dataset-notes.ts";
import { byteSize, count, duration, percent, plural, signed } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { type Column, pairs, table } from "../../shared/text-table.ts";
import { baselineLines } from "../../shared/untrained-baselines.ts";
import type { ContestantFigures, EvaluationFigures } from "./figures.ts";

/**
 * Prints the figures as text. The brackets after a figure show the value of the same tables with permuted rows.
 */
export function evaluationSections(found: EvaluationFigures, colors: Colors): string[] {
  const last = found.k.length - 1;
  const k = found.k[last]!;
  const { contestants, maskModality } = found;
  return [
    `${colors.strong("Judged")}  ${found.dataset}: ${count(found.interactions)} ${found.split} rows of ${plural(found.users, "user")}, no training`,
    colors.faint(
      `  seen items masked, ties to the lowest item; (in brackets: the control, the same rows permuted)`,
    ),
    ...overlapLine(found, colors),
    ...noteLines(found.notes, colors),
    ...baselineLines(found.baselines).map((line) => colors.faint(`  ${line}`)),
    "",
    ...rankingSection("Zero-shot", contestants, last, colors),
    ...groupSection(`Recall@${k} by train items of the user`, "byDegree", contestants, last, colors),
    ...groupSection(`Recall@${k} by popularity of the item`, "byPopularity", contestants, last, colors),
    ...itemCfSection("Item-CF", contestants, last, colors),
    ...(maskModality === null ? [] : maskedSections(maskModality, last, colors)),
    ...alignmentSection(contestants, colors),
    ...contentSection(found, colors),
    ...closing(found, colors),
  ];
}

function overlapLine({ overlap, split }: EvaluationFigures, colors: Colors): string[] {
  if (overlap === 0) return [];
  const rows = plural(overlap, `further ${split} row`);
  return [`${colors.bad("left out:")} ${rows}, which users have in their seen rows`];
}

type Ranked = ContestantFigures & { readonly zeroShot: NonNullable<ContestantFigures["zeroShot"]> };

function ranked(contestants: readonly ContestantFigures[]): Ranked[] {
  return contestants.filter((one): one is Ranked => one.zeroShot !== null);
}

function rankingSection(
  title: string,
  contestants: readonly ContestantFigures[],
  cut: number,
  colors: Colors,
): string[] {
  const shown = ranked(contestants);
  if (shown.length === 0) return [];
  const ks = shown[0]!.zeroShot.map(({ k }) => k);
  const columns: Column[] = [
    { title: "vectors" },
    ...ks.map((k): Column => ({ title: `Recall@${k}`, align: "right" })),
    { title: `NDCG@${ks[cut]}`, align: "right" },
    { title: "coverage", align: "right" },
    { title: "novelty", align: "right" },
  ];
  const rows = shown.map(({ name, zeroShot, control }) => [
    name,
    ...zeroShot.map(({ recall }, index) => withControl(recall, control?.zeroShot?.[index]?.recall)),
    withControl(zeroShot[cut]!.ndcg, control?.zeroShot?.[cut]?.ndcg),
    percent(zeroShot[cut]!.coverage),
    zeroShot[cut]!.novelty.toFixed(2),
  ]);
  return [
    colors.strong(title),
    ...table(columns, rows, colors.faint),
    "",
    ...intervalSection(shown, cut, colors),
  ];
}

/** The intervals of the recall and of its gain over the control. */
function intervalSection(shown: readonly Ranked[], cut: number, colors: Colors): string[] {
  const rows = shown.flatMap(({ name, intervals }) => {
    const found = intervals?.[cut];
    if (found === undefined) return [];
    const { low, high, overControl: over } = found.recall;
    const interval = `${low.toFixed(4)} to ${high.toFixed(4)}`;
    if (over === null) return [[name, interval, "", "", ""]];
    return [
      [
        name,
        interval,
        signed(over.difference),
        `${signed(over.low)} to ${signed(over.high)}`,
        over.distinguishable ? "yes" : "no",
      ],
    ];
  });
  if (rows.length === 0) return [];
  const columns: Column[] = [
    { title: "vectors" },
    { title: "95 %", align: "right" },
    { title: "less control", align: "right" },
    { title: "95 %", align: "right" },
    { title: "apart from 0", align: "right" },
  ];
  const title = `Recall@${shown[0]!.zeroShot[cut]!.k}, 95 % intervals`;
  return [`${colors.strong(title)}  bootstrap over users`, ...table(columns, rows, colors.faint), ""];
}

function groupSection(
  title: string,
  side: "byDegree" | "byPopularity",
  contestants: readonly ContestantFigures[],
  cut: number,
  colors: Colors,
): string[] {
  const shown = ranked(contestants);
  const groups = shown[0]?.zeroShot[cut]?.[side].filter(({ users }) => users > 0) ?? [];
  if (groups.length === 0) return [];
  const columns: Column[] = [
    { title: "vectors" },
    ...groups.map(({ group }): Column => ({ title: group, align: "right" })),
  ];
  const rows = shown.map(({ name, zeroShot, control }) => [
    name,
    ...groups.map(({ group }) => {
      const recallOf = (cuts: typeof zeroShot | null | undefined): number | undefined =>
        cuts?.[cut]?.[side].find((one) => one.group === group)?.recall;
      return withControl(recallOf(zeroShot) ?? 0, recallOf(control?.zeroShot));
    }),
  ]);
  rows.push(["users", ...groups.map(({ users }) => count(users))]);
  return [colors.strong(title), ...table(columns, rows, colors.faint), ""];
}

function itemCfSection(
  title: string,
  contestants: readonly ContestantFigures[],
  cut: number,
  colors: Colors,
): string[] {
  const shown = contestants.flatMap(({ name, itemCf, control }) =>
    itemCf === null ? [] : [{ name, itemCf, control: control?.itemCf }],
  );
  if (shown.length === 0) return [];
  const { users: items, byPopularity } = shown[0]!.itemCf[cut]!;
  const ks = shown[0]!.itemCf.map(({ k }) => k);
  const columns: Column[] = [
    { title: "items" },
    ...ks.map((k): Column => ({ title: `Recall@${k}`, align: "right" })),
    ...byPopularity.map(({ group }): Column => ({ title: group, align: "right" })),
  ];
  const rows = shown.map(({ name, itemCf, control }) => [
    name,
    ...itemCf.map(({ recall }, index) => withControl(recall, control?.[index]?.recall)),
    ...itemCf[cut]!.byPopularity.map(({ recall }, index) =>
      withControl(recall, control?.[cut]?.byPopularity[index]?.recall),
    ),
  ]);
  const what = `nearest by vectors against nearest by co-occurrence; ${plural(items, "item")}`;
  return [`${colors.strong(title)}  ${what}`, ...table(columns, rows, colors.faint), ""];
}

function maskedSections(
  { share, contestants }: NonNullable<EvaluationFigures["maskModality"]>,
  cut: number,
  colors: Colors,
): string[] {
  const title = `Mask-modality, ${percent(share)} of the items without one modality:`;
  return [
    ...rankingSection(`${title} zero-shot`, contestants, cut, colors),
    ...itemCfSection(`${title} item-CF`, contestants, cut, colors),
  ];
}

function alignmentSection(contestants: readonly ContestantFigures[], colors: Colors): string[] {
  const shown = contestants.flatMap(({ name, alignment }) =>
    alignment === null ? [] : [{ name, alignment }],
  );
  if (shown.length === 0) return [];
  const columns: readonly (readonly [title: string, of: (found: TableAlignment) => string])[] = [
    ["cos own", ({ cosine }) => cosine.own.toFixed(3)],
    ["cos random", ({ cosine }) => cosine.random.toFixed(3)],
    ["alignment", ({ alignment }) => alignment.toFixed(3)],
    ["unif. users", ({ userUniformity }) => userUniformity.toFixed(2)],
    ["unif. items", ({ itemUniformity }) => itemUniformity.toFixed(2)],
    ["eff. rank", ({ userEffectiveRank }) => userEffectiveRank.toFixed(1)],
  ];
  return [
    `${colors.strong("Alignment")}  of users with their items; uniformity and effective rank of the tables`,
    ...table(
      [{ title: "vectors" }, ...columns.map(([title]): Column => ({ title, align: "right" }))],
      shown.map(({ name, alignment }) => [name, ...columns.map(([, of]) => of(alignment))]),
      colors.faint,
    ),
    "",
  ];
}

function contentSection({ cka, explainedByClusters }: EvaluationFigures, colors: Colors): string[] {
  const entries: [string, string][] = [];
  const names = Object.keys(cka ?? {});
  for (const [index, a] of names.entries()) {
    for (const b of names.slice(index + 1)) entries.push([`linear CKA ${a}, ${b}`, cka![a]![b]!.toFixed(3)]);
  }
  for (const [modality, share] of Object.entries(explainedByClusters ?? {})) {
    const value = Number.isNaN(share) ? "not defined" : percent(share);
    entries.push([`users' variance that clusters of ${modality} explain`, value]);
  }
  return entries.length === 0 ? [] : [colors.strong("Content"), ...pairs(entries, colors.faint), ""];
}

function closing({ backend, totalTime, peakMemory, report }: EvaluationFigures, colors: Colors): string[] {
  const what = backend.device === backend.name ? backend.name : `${backend.name} (${backend.device})`;
  return [
    ...(report === null ? [] : [`${colors.strong("Report")}  ${report}`, ""]),
    `${colors.good("Done")} in ${duration(totalTime)} on ${what}, peak memory ${byteSize(peakMemory)}.`,
  ];
}

function withControl(value: number, control: number | undefined): string {
  return control === undefined ? value.toFixed(4) : `${value.toFixed(4)} (${control.toFixed(4)})`;
}
