import type { MmrecDataset } from "@wellbegun/adapters/node";
import type { Command } from "commander";
import { inputSection } from "../../shared/input-section.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { tuneSettings } from "./options.ts";
import { tuneSections } from "./print.ts";
import { runTuning } from "./run.ts";

const footer = `
Judges untrained vectors on the validation rows (label 1); test rows are never
looked at. Every judgment is a line of <out>.trials.jsonl as it is made: after
an interruption --resume goes on where it stopped, with the same options.
Lists restrict the search: --dim 64 --lambda 0.5,1.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, tuneSettings);
  command.addHelpText("after", footer).action(async (dataset: string) => {
    const settings = readFlags(command, tuneSettings);
    const { io, colors } = output;
    const progress = await output.progress();
    try {
      const result = await runTuning(dataset, settings, {
        signal: io.signal,
        onProgress: progress.report,
        onDataset: (found: MmrecDataset) => {
          progress.clear();
          output.print(inputSection(dataset, found, colors));
        },
      });
      progress.clear();
      output.print(tuneSections(result, colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
