import type { Command } from "commander";
import { columnSettings } from "../../shared/columns/options.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import { datasetSource, readForFit } from "../../shared/dataset-source.ts";
import { inputSection } from "../../shared/input-section.ts";
import { datasetSettings } from "../../shared/options/dataset.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { defineSettings, givenFlags, readFlags, shellQuoted } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type TuneSettings, tuneSettings } from "./options.ts";
import { tuneSections } from "./print.ts";
import { tuneRules } from "./rules.ts";
import { runTuning } from "./run.ts";

const footer = `
Judges untrained vectors on the validation rows (label 1); test rows are never
looked at. Every judgment is a line of a file of trials as it is made, which is
tune.trials.jsonl for --out tune.json: after an interruption --resume goes on
where it stopped, with the same options.
Lists restrict the search: --dim 64 --lambda 0.5,1.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, tuneSettings);
  command.addHelpText("after", footer).action(async (dataset: string | undefined) => {
    const settings = readFlags(command, tuneSettings);
    refuseIneffective<TuneSettings>(tuneRules, settings);
    const source = await datasetSource(dataset, settings, readForFit);
    const { io, colors } = output;
    const progress = await output.progress();
    try {
      const onDataset = (found: OpenDataset): void => {
        progress.clear();
        output.print(inputSection(source.label, found, colors));
      };
      const observer = { signal: io.signal, onProgress: progress.report, onDataset };
      const result = await runTuning(source, settings, observer, io);
      progress.clear();
      const place = [
        ...(dataset === undefined ? [] : [shellQuoted(dataset)]),
        ...givenFlags(command, { ...datasetSettings, ...columnSettings }),
      ];
      output.print(tuneSections(result, place, colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
