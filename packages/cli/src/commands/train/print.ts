import { noteLines } from "../../shared/dataset-notes.ts";
import type { MemoryNeed } from "../../shared/expect-memory.ts";
import { byteSize, count, duration } from "../../shared/format.ts";
import type { Colors } from "../../shared/output.ts";
import { startWords } from "../../shared/start-words.ts";
import { pairs, table } from "../../shared/text-table.ts";
import { baselineLines } from "../../shared/untrained-baselines.ts";
import type { Quality } from "./judge.ts";
import type { SeedResult, TrainResult } from "./result.ts";
import type { MeanMetric, Spread } from "./spread.ts";

/** Prints the resources that training needs, before it starts. */
export function memorySection({ needed, available }: MemoryNeed, colors: Colors): string[] {
  return [`${colors.strong("Memory")}  about ${byteSize(needed)} of ${byteSize(available)}`, ""];
}

/** Prints the trained model and its quality as text. */
export function trainSections(result: TrainResult, colors: Colors): string[] {
  return [
    ...trainedSection(result, colors),
    ...qualitySection(result, colors),
    ...(result.notes.length === 0 ? [] : [...noteLines(result.notes, colors), ""]),
    ...result.runs.flatMap(({ out, files }) => [
      `${colors.strong("Bundle")}  ${out}`,
      ...pairs(
        Object.entries(files).map(([name, bytes]) => [name, byteSize(bytes)]),
        colors.faint,
      ),
    ]),
    ...(result.report === null ? [] : ["", `${colors.strong("Report")}  ${result.report}`]),
  ];
}

function trainedSection(result: TrainResult, colors: Colors): string[] {
  const { options, start, runs, backend, totalTime, peakMemory } = result;
  return [
    `${colors.strong("Trained")}  ${options.model}, in ${duration(totalTime)} on ${backend}, at most ${byteSize(peakMemory)}`,
    ...pairs(
      [
        ["start", startWords(start)],
        ...runs.map((run): [string, string] => [`seed ${run.seed}`, ending(run)]),
      ],
      colors.faint,
    ),
    "",
  ];
}

function ending({ bestEpoch, epochs, stopped, notFiniteEpoch, validation }: SeedResult): string {
  const which = validation === null ? "the last one" : "the best";
  const why = {
    epochs: "",
    patience: "; stopped, since it became no better",
    asked: "; stopped early",
    "not-finite": `; stopped, since a loss of epoch ${notFiniteEpoch} is not finite`,
  }[stopped];
  return `epoch ${bestEpoch} of ${epochs} is ${which}${why}`;
}

function qualitySection(
  { runs, mean, baselines, options: { model, k } }: TrainResult,
  colors: Colors,
): string[] {
  const { validation, test } = runs[0]!;
  if (validation === null && test === null) {
    return [`${colors.strong("Quality")}  there are no validation or test rows to judge by`, ""];
  }
  const names = (["validation", "test"] as const).filter((split) => runs[0]![split] !== null);
  const right = (title: string) => ({ title, align: "right" as const });
  const users = names.map((split) => `${split} rows of ${count(runs[0]![split]!.users)} users`);
  return [
    `${colors.strong("Quality")}  ${users.join(", ")}`,
    ...table(
      [
        { title: "" },
        ...names.flatMap((split) => [right(`${split} recall@${k}`), right("95 %"), right(`NDCG@${k}`)]),
      ],
      [
        ...baselines.judged.map((one) => [one.name, ...figures(one, names)]),
        ...runs.map((one) => [
          runs.length === 1 ? model : `${model}, seed ${one.seed}`,
          ...figures(one, names),
        ]),
        ...(mean === null ? [] : [[`${model}, mean ± deviation`, ...spread(mean, names)]]),
      ],
      colors.faint,
    ),
    ...baselineLines({ ...baselines, names: baselines.judged.slice(1).map(({ name }) => name) }).map((line) =>
      colors.faint(`  ${line}`),
    ),
    "",
  ];
}

function figures(quality: Quality, names: readonly (keyof Quality)[]): string[] {
  return names.flatMap((split) => {
    const { recall, low, high, ndcg } = quality[split]!;
    return [recall.toFixed(4), `${low.toFixed(4)} to ${high.toFixed(4)}`, ndcg.toFixed(4)];
  });
}

function spread(mean: Spread, names: readonly (keyof Quality)[]): string[] {
  const text = ({ mean: value, deviation }: MeanMetric): string =>
    `${value.toFixed(4)} ± ${deviation.toFixed(4)}`;
  return names.flatMap((split) => [text(mean[split]!.recall), "", text(mean[split]!.ndcg)]);
}
