import type { Command } from "commander";
import type { OpenDataset } from "../../shared/dataset.ts";
import { datasetSource, readForFit } from "../../shared/dataset-source.ts";
import { inputSection } from "../../shared/input-section.ts";
import { bundleFolder } from "../../shared/options/bundle-output.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { recommendSettings } from "./options.ts";
import { recommendSections } from "./print.ts";
import { runRecommend } from "./run.ts";

const footer = `
Tables of train rows (label 0) alone. The width, the exponent and the weights
are chosen on the validation rows (label 1); test rows (label 2) are judged
once, beside popularity, item-kNN and EASE, each side alone, and a control whose
items have other items' content. Without features there is the collaborative
side alone.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, recommendSettings);
  command.addHelpText("after", footer).action(async (dataset: string | undefined) => {
    const settings = readFlags(command, recommendSettings);
    const out = bundleFolder(settings);
    const { users: _users, userCount, ...others } = settings;
    const source = await datasetSource(
      dataset,
      { ...others, ...(userCount === undefined ? {} : { users: userCount }) },
      { ...readForFit, withoutFeatures: "allow" },
    );
    const { io, colors } = output;
    const progress = await output.progress();
    try {
      const observer = {
        signal: io.signal,
        onProgress: progress.report,
        onDataset: (found: OpenDataset) => {
          progress.clear();
          output.print(inputSection(source.label, found, colors));
        },
      };
      const result = await runRecommend(source, out, settings, observer, io);
      progress.clear();
      output.print(recommendSections(result, colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
