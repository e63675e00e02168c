import type { Contestant, TuneResult } from "@wellbegun/tune";
import { count, duration, plural, quantity, signed } from "../../shared/format.ts";
import { shellQuoted } from "../../shared/options/settings.ts";
import type { Colors } from "../../shared/output.ts";
import { pairs, table } from "../../shared/text-table.ts";
import type { TuningResult } from "./run.ts";

const names: Readonly<Record<Contestant, string>> = {
  best: "best found",
  default: "default",
  permuted: "best, its rows permuted",
  random: "random",
  popularity: "popularity",
};

/**
 * Prints the result of a search as text.
 *
 * @param dataset The arguments that name the dataset, for the command that follows.
 */
export function tuneSections(result: TuningResult, dataset: readonly string[], colors: Colors): string[] {
  const next = ["init", ...dataset, "--config", shellQuoted(result.files.config), "--out", "out"];
  return [
    ...searchSection(result, colors),
    ...settingsSection(result, colors),
    ...importanceSection(result, colors),
    ...comparisonSection(result, colors),
    ...verdict(result),
    "",
    `${colors.strong("Next")}  npx wellbegun ${next.join(" ")}`,
  ];
}

function searchSection(
  { trials, head, overlap, totalTime, files, resumed, backend }: TuningResult,
  colors: Colors,
): string[] {
  const full = trials.filter(({ units }) => units === head.units).length;
  const rate = (1000 * trials.length) / totalTime;
  const judged = head.objective === "item-cf" ? "item" : "user";
  return [
    `${colors.strong("Search")}  ${head.objective} at ${head.k} on the validation rows, on ${backend}`,
    ...pairs(
      [
        ["trials", `${count(trials.length)} in ${duration(totalTime)} (${quantity(rate)} a second)`],
        ["judged", `${plural(head.units, judged)} by ${plural(full, "trial")}, fewer by the others`],
        ...(overlap === 0
          ? []
          : [
              ["left out", `${plural(overlap, "validation row")}, train rows too`] satisfies [string, string],
            ]),
        ["file", `${files.trials}${resumed === 0 ? "" : ` (${plural(resumed, "line")} of an earlier run)`}`],
      ],
      colors.faint,
    ),
    "",
  ];
}

function settingsSection({ config, files }: TuningResult, colors: Colors): string[] {
  const entries = Object.entries(config).map(([name, value]): [string, string] => [
    name,
    typeof value === "object" ? JSON.stringify(value) : `${value}`,
  ]);
  return [`${colors.strong("Best")}  ${files.config}`, ...pairs(entries, colors.faint), ""];
}

function importanceSection({ importances }: TuneResult, colors: Colors): string[] {
  if (importances.length === 0) return [];
  const rows = importances.map(({ setting, importance, means }) => {
    const best = means.reduce((a, b) => (b.mean > a.mean ? b : a));
    return [setting, importance.toFixed(3), `${best.value}`, best.mean.toFixed(4)];
  });
  const head = [
    { title: "setting" },
    { title: "share of variance", align: "right" as const },
    { title: "best mean at" },
    { title: "", align: "right" as const },
  ];
  return [
    `${colors.strong("Importance")}  main effects, evenly drawn trials`,
    ...table(head, rows, colors.faint),
    "",
  ];
}

function comparisonSection({ comparison, head }: TuneResult, colors: Colors): string[] {
  const rows = Object.entries(comparison.scores).map(([name, score]) => [
    names[name as Contestant],
    score.toFixed(4),
  ]);
  const title = [{ title: "" }, { title: `${head.objective}@${head.k}`, align: "right" as const }];
  return [`${colors.strong("Quality")}  validation rows`, ...table(title, rows, colors.faint), ""];
}

/** Notes on how to interpret the figures. */
function verdict({ comparison, best, trials, head }: TuneResult): string[] {
  const { againstDefault, scores } = comparison;
  const interval = `${signed(againstDefault.low)} to ${signed(againstDefault.high)}`;
  const lines: string[] = [];
  if (best.trial === 0) lines.push("Nothing was better than the default setting.");
  else if (!againstDefault.distinguishable) {
    lines.push(
      `The best is not distinguishable from the default: ${signed(againstDefault.difference)}, 95 % ${interval}`,
      "(paired bootstrap over users). The default serves as well.",
    );
  } else
    lines.push(
      `The best is better than the default by ${signed(againstDefault.difference)}, 95 % ${interval}.`,
    );
  const ofControl = (scores.permuted ?? 0) - (scores.default ?? 0);
  if (best.trial !== 0 && ofControl > 0 && head.objective !== "item-cf") {
    lines.push(
      `Its rows permuted gain ${signed(ofControl)} over the default, too: that much comes from items that rank high for everybody.`,
    );
  }
  if (best.trial !== 0) {
    lines.push(
      `Being the largest of ${count(trials.length)} trials, its score is a little too good: expect less on test rows.`,
    );
  }
  if (scores.popularity !== undefined && scores.popularity > scores.best!) {
    lines.push(
      "Popularity beats all content settings: these are starting points for a model, not a recommender.",
    );
  }
  return lines;
}
