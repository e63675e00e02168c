import type { PairedDifference } from "@wellbegun/evaluation";
import type { FillOutcome } from "@wellbegun/tune";
import { byteSize, count, duration, signed } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { JudgedRecommender, RecommenderName, RecommenderQuality } from "./judge.ts";
import type { RecommendResult } from "./run.ts";

const names: Readonly<Record<RecommenderName, string>> = {
  popularity: "popularity",
  "item-kNN": "item-kNN",
  spectral: "spectral",
  EASE: "EASE",
  "EASE with content": "EASE with content",
  content: "content alone",
  collaborative: "collaborative alone",
  unfilled: "both, cold items as they are",
  joined: "both, one pair of tables",
  control: "both, content permuted (control)",
};

/** Prints the choices and the quality as text. */
export function recommendSections(result: RecommendResult, colors: Colors): string[] {
  return [
    ...chosenSection(result, colors),
    ...qualitySection(result, colors),
    ...listSection(result, colors),
    ...explanationSection(result, colors),
    `${colors.strong("Bundle")}  ${result.out}`,
    ...pairs(
      Object.entries(result.files).map(([name, bytes]) => [name, byteSize(bytes)]),
      colors.faint,
    ),
  ];
}

function chosenSection(result: RecommendResult, colors: Colors): string[] {
  const { fill } = result;
  const { k, exponent, weight, modalities, fillCold } = result.chosen;
  const sample = result.sampled ? ", a sample of those with validation rows" : "";
  return [
    `${colors.strong("Chosen")}  on the validation rows, in ${duration(result.searchTime)} on ${result.backend}`,
    ...pairs(
      [
        ["collaborative", `${k} columns, exponent ${exponent}`],
        ["content", contentChoice(weight, modalities)],
        ...(fill === null ? [] : [["cold items", filledWith(fill, fillCold)] as [string, string]]),
        ...(result.widthNote === null ? [] : [["note", result.widthNote] as [string, string]]),
        ["recall", `${result.validationRecall.toFixed(4)} of ${count(result.users)} users${sample}`],
      ],
      colors.faint,
    ),
    "",
  ];
}

const notFilled: Readonly<Record<Exclude<FillOutcome, "filled">, string>> = {
  "nothing to fill": "none to fill: no item with content has at most 2 train rows",
  "nothing to choose by": "as they are: none is among the validation rows, by which the norm is chosen",
  "no gain": "as they are: no norm finds more of them and loses at most 1 % of the recall over all",
};

function filledWith(fill: FillOutcome, factor: number): string {
  return fill === "filled"
    ? `filled from their content, ${factor} times the norm of items that are barely not cold`
    : notFilled[fill];
}

function contentChoice(weight: number, modalities: Readonly<Record<string, number>>): string {
  const weights = Object.entries(modalities).map(([name, own]) => `${name} x ${own.toFixed(2)}`);
  if (weights.length === 0) return "none: the dataset has no features, the tables are the collaborative side";
  return `weight ${weight}; ${weights.join(", ")}`;
}

function qualitySection({ quality }: RecommendResult, colors: Colors): string[] {
  if (quality === null) return [`${colors.strong("Quality")}  there are no test rows to judge by`, ""];
  const rows = quality.rows.map(({ name, width, recall, low, high, ndcg, cold }) => [
    names[name],
    width === null ? "" : `${width}`,
    recall.toFixed(4),
    `${low.toFixed(4)} to ${high.toFixed(4)}`,
    ndcg.toFixed(4),
    cold === null ? "" : cold.toFixed(4),
  ]);
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    `${colors.strong("Quality")}  test rows of ${count(quality.users)} users`,
    ...table(
      [
        { title: "" },
        right("columns"),
        right(`recall@${quality.k}`),
        right("95 %"),
        right(`NDCG@${quality.k}`),
        right("cold items"),
      ],
      rows,
      colors.faint,
    ),
    ...pairs(comparisons(quality), colors.faint),
    ...quality.leftOut.map((line) => colors.faint(`  ${line}`)),
    ...verdict(quality),
    "",
  ];
}

function comparisons(quality: RecommenderQuality): [string, string][] {
  const { againstControl, againstCollaborative, againstUnfilled, againstBaseline } = quality;
  const lines: [string, PairedDifference | null][] = [
    [`over ${names[againstBaseline.name]}`, againstBaseline],
    ["gain by content", againstCollaborative],
    ["over the control", againstControl],
    ["filling, over all", againstUnfilled],
  ];
  return [
    ...lines.flatMap(([name, found]): [string, string][] =>
      found === null ? [] : [[name, interval(found)]],
    ),
    ...(againstUnfilled === null
      ? []
      : [["filling, cold items", coldChange(quality.rows)] as [string, string]]),
  ];
}

/** The recall of cold items without and with filling. */
function coldChange(rows: readonly JudgedRecommender[]): string {
  const coldOf = (wanted: RecommenderName): number | null => rows.find(({ name }) => name === wanted)!.cold;
  const [before, after] = [coldOf("unfilled"), coldOf("joined")];
  if (before === null || after === null) return "none among the test rows";
  return `${before.toFixed(4)} to ${after.toFixed(4)}`;
}

/** What the user should know before using the tables: only differences that the test rows can tell. */
function verdict({ againstBaseline, againstUnfilled, k }: RecommenderQuality): string[] {
  const loses = (found: PairedDifference): boolean => found.distinguishable && found.difference < 0;
  const { name } = againstBaseline;
  const stronger =
    name === "popularity"
      ? "Popularity finds more here: recommend what is popular, and use these tables as a start for a model."
      : `${names[name]} finds more here, but has no vectors.`;
  const cost = `Filling cold items costs recall@${k} over all here: without --fill-cold the other items are found more often.`;
  return [
    ...(loses(againstBaseline) ? [stronger] : []),
    ...(againstUnfilled !== null && loses(againstUnfilled) ? [cost] : []),
  ];
}

function interval({ difference, low, high }: PairedDifference): string {
  return `${signed(difference)}, 95 % ${signed(low)} to ${signed(high)}`;
}

function listSection({ lists }: RecommendResult, colors: Colors): string[] {
  if (lists.length === 0) return [];
  const lines = lists.map(({ user, items, reason, unknown }): [string, string] => [
    `${user}`,
    `${reason === null ? items.join(" ") : `no list: ${reason}`}${unknown.length === 0 ? "" : `  (unknown: ${unknown.join(" ")})`}`,
  ]);
  return [`${colors.strong("Lists")}  best first`, ...pairs(lines, colors.faint), ""];
}

function explanationSection({ explanation }: RecommendResult, colors: Colors): string[] {
  if (explanation === null) return [];
  const { user, item, score, collaborative, content, history } = explanation;
  const figure = (value: number): string => value.toFixed(3);
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    `${colors.strong("Why")}  user ${user}, item ${item}: ${figure(score)} deviations of the user's scores`,
    ...table(
      [{ title: "item of the user" }, right("collaborative"), right("content")],
      [
        ...history.slice(0, 10).map((own) => [`${own.item}`, figure(own.collaborative), figure(own.content)]),
        [`all ${history.length}`, figure(collaborative), figure(content)],
      ],
      colors.faint,
    ),
    "",
  ];
}
