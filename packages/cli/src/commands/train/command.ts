import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import type { OpenDataset } from "../../shared/dataset.ts";
import { datasetSource } from "../../shared/dataset-source.ts";
import type { MemoryNeed } from "../../shared/expect-memory.ts";
import { inputSection } from "../../shared/input-section.ts";
import { bundleFolder } from "../../shared/options/bundle-output.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { followTraining } from "./follow.ts";
import { type TrainSettings, trainSettings } from "./options.ts";
import { memorySection, trainSections } from "./print.ts";
import { readsFeatures, trainRules } from "./rules.ts";
import { runTrain } from "./run.ts";

/** Most runs of one command: a larger number is taken for a typing error. Each run's folder is checked before the first begins. */
const MOST_SEEDS = 1000;

const footer = `
Trained on train rows (label 0). Validation rows (label 1) choose the epoch; the
test rows (label 2) are judged once, beside popularity and recommenders that
need no training: item-kNN, spectral tables of the same width, and EASE
(--baselines). A checkpoint is written beside the output after each epoch and
removed at the end. A run that is resumed ends with the same bytes as one that
was never interrupted.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, trainSettings);
  command.addHelpText("after", footer).action(async (dataset: string | undefined) => {
    const settings = readFlags(command, trainSettings);
    refuseIneffective<TrainSettings>(trainRules, settings);
    const out = checkedOut(settings);
    const withoutFeatures = readsFeatures(settings) ? "refuse" : "allow";
    const source = await datasetSource(dataset, settings, { withoutFeatures });
    const { io, colors } = output;
    const progress = await output.progress();
    try {
      const observer = {
        signal: io.signal,
        onProgress: progress.report,
        onDataset: (found: OpenDataset, memory: MemoryNeed) => {
          progress.clear();
          output.print([...inputSection(source.label, found, colors), ...memorySection(memory, colors)]);
        },
        ...followTraining(output, progress, settings),
      };
      const result = await runTrain(source, out, settings, observer, io);
      progress.clear();
      output.print(trainSections(result, colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}

/** The output folder, after the options that only this command knows are checked. */
function checkedOut(settings: TrainSettings): string {
  const out = bundleFolder(settings);
  const { epochs = 1, seeds = 1, startScale = 1 } = settings;
  if (!(Number.isSafeInteger(epochs) && epochs >= 1)) {
    throw refused("a whole number of epochs >= 1", `${epochs}`, "option --epochs");
  }
  if (!(Number.isSafeInteger(seeds) && seeds >= 1 && seeds <= MOST_SEEDS)) {
    throw refused(`a whole number of runs from 1 to ${MOST_SEEDS}`, `${seeds}`, "option --seeds");
  }
  if (!(startScale > 0 && Number.isFinite(startScale))) {
    throw refused("a number above 0", `${startScale}`, "option --start-scale");
  }
  return out;
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at });
}
