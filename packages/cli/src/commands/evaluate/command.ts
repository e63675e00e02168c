import type { Command } from "commander";
import { type DatasetSource, datasetSource, type SourceSettings } from "../../shared/dataset-source.ts";
import { readConfig } from "../../shared/options/config-file.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { peakMemory } from "../../shared/peak-memory.ts";
import { checkReportFile } from "../../shared/report-file.ts";
import { type EvaluationFigures, evaluationFigures } from "./figures.ts";
import { type EvaluateSettings, evaluateSettings } from "./options.ts";
import { evaluationSections } from "./print.ts";
import { evaluateRules, isGiven } from "./rules.ts";
import { evaluateDataset } from "./run.ts";

const footer = `
Defaults stand in brackets. Nothing is trained, and nothing is written but
--report. Without --bundle or --users and --items, vectors are made as init
makes them, and judged beside each term alone. Beside them stand random vectors,
popularity, and recommenders that need no training: item-kNN, spectral tables,
EASE (--baselines). --split test reads test rows: look at them once, when all
choices are made.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, evaluateSettings);
  command
    .option("--config <path>", "the same options as JSON, keys in camelCase; the command line wins")
    .addHelpText("after", footer)
    .action(async (dataset: string | undefined, flags: { config?: string }) => {
      const given = readFlags(command, evaluateSettings);
      const file = flags.config === undefined ? {} : await readConfig(flags.config, evaluateSettings);
      const settings: EvaluateSettings = { ...file, ...given };
      refuseIneffective(evaluateRules, settings, given);
      if (settings.quiet === true) output.mode = "quiet";
      if (settings.json === true) output.mode = "json";
      const source = await datasetSource(dataset, sourceSettings(settings), {
        missing: settings.zeroRows === "keep" ? "none" : "zeros",
        // Given vectors are judged by interactions alone.
        withoutFeatures: isGiven(settings) ? "allow" : "refuse",
      });
      output.emit(await runEvaluate(source, settings, output, flags.config));
    });
}

/** The settings of the dataset; `users`, `items` and `split` mean something else here. */
function sourceSettings(settings: EvaluateSettings): SourceSettings {
  const { users: _users, items: _items, split: _split, userCount, splitBy, ...others } = settings;
  return {
    ...others,
    ...(userCount === undefined ? {} : { users: userCount }),
    ...(splitBy === undefined ? {} : { split: splitBy }),
  };
}

/** Runs `evaluate` and prints the result; `config` is the settings' file, which is also an input. */
export async function runEvaluate(
  dataset: DatasetSource,
  settings: EvaluateSettings,
  output: Output,
  config?: string,
): Promise<EvaluationFigures> {
  const start = performance.now();
  const { io, colors } = output;
  const { report = null, bundle, users, items, centroids } = settings;
  if (report !== null) {
    const tables = [users, items].map((path) => path?.replace(/(?<=\.safetensors)#.+$/, ""));
    const inputs = [...dataset.inputs, config, bundle, centroids, ...tables].filter(
      (path) => path !== undefined,
    );
    await checkReportFile(report, inputs);
  }
  const progress = await output.progress();
  try {
    const observer = { signal: io.signal, onProgress: progress.report };
    const figures = await evaluateDataset(dataset, settings, observer, async (found) => {
      if (report !== null) {
        // Plotting is loaded only if a report is requested.
        const { writeReport } = await import("./report.ts");
        await writeReport(report, dataset.label, found, observer, io);
      }
      return evaluationFigures(dataset.label, found, {
        report,
        totalTime: performance.now() - start,
        peakMemory: peakMemory(),
      });
    });
    progress.clear();
    output.print(evaluationSections(figures, colors));
    return figures;
  } finally {
    progress.clear();
  }
}
