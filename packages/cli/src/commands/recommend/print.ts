import type { FillOutcome } from "@wellbegun/tune";
import { byteSize, count, duration, signed } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { JudgedRecommender } from "./judge.ts";
import type { RecommendResult } from "./run.ts";

const names: Readonly<Record<JudgedRecommender["name"], string>> = {
  popularity: "popularity",
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
        ["content", `weight ${weight}; ${modalityWeights(modalities)}`],
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

function modalityWeights(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} x ${weight.toFixed(2)}`)
    .join(", ");
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
  const { againstControl, againstCollaborative, againstUnfilled } = quality;
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
    ...pairs(
      [
        ["gain by content", interval(againstCollaborative)],
        ["over the control", interval(againstControl)],
        ...(againstUnfilled === null
          ? []
          : ([
              ["filling, over all", interval(againstUnfilled)],
              ["filling, cold items", coldChange(quality.rows)],
            ] as [string, string][])),
      ],
      colors.faint,
    ),
    ...verdict(quality.rows),
    "",
  ];
}

/** The recall of cold items without and with filling. */
function coldChange(rows: readonly JudgedRecommender[]): string {
  const coldOf = (wanted: JudgedRecommender["name"]): number | null =>
    rows.find(({ name }) => name === wanted)!.cold;
  const [before, after] = [coldOf("unfilled"), coldOf("joined")];
  if (before === null || after === null) return "none among the test rows";
  return `${before.toFixed(4)} to ${after.toFixed(4)}`;
}

function verdict(rows: readonly JudgedRecommender[]): string[] {
  const recallOf = (wanted: JudgedRecommender["name"]): number =>
    rows.find(({ name }) => name === wanted)!.recall;
  if (recallOf("popularity") <= recallOf("joined")) return [];
  return [
    "Popularity finds more here: recommend what is popular, and use these tables as a start for a model.",
  ];
}

function interval({ difference, low, high }: { difference: number; low: number; high: number }): string {
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
