import type { Command } from "commander";
import { type DatasetSource, datasetSource, readForFit } from "../../shared/dataset-source.ts";
import { inputSection } from "../../shared/input-section.ts";
import { bundleFolder } from "../../shared/options/bundle-output.ts";
import { readConfig } from "../../shared/options/config-file.ts";
import { type IneffectiveRule, refuseIneffective } from "../../shared/options/ineffective.ts";
import { flagsByModality } from "../../shared/options/method.ts";
import { methodRules } from "../../shared/options/method-rules.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type InitSettings, initSettings } from "./options.ts";
import { resultSections } from "./print.ts";
import { type InitResult, initialize } from "./run.ts";

const footer = `
Defaults stand in brackets. Vectors are made from train rows (label 0) alone.
${flagsByModality}
take one value, or one for each modality: image=8,audio=16.
--centroids looks for <modality>_seed_centroids.npy, <modality>_centroids.npy or
centroids.<modality>.npy; with --max-iterations 0 they are used as they are.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

const rules: readonly IneffectiveRule<InitSettings>[] = [
  ...methodRules,
  {
    option: "otherData",
    when: ({ centroids }) => centroids === undefined,
    because: "without --centroids, whose features could be other",
  },
];

export function define(command: Command, output: Output): void {
  defineSettings(command, initSettings);
  command
    .option("--config <path>", "the same options as JSON, keys in camelCase; the command line wins")
    .addHelpText("after", footer)
    .action(async (dataset: string | undefined, flags: { config?: string }) => {
      const given = readFlags(command, initSettings);
      const file = flags.config === undefined ? {} : await readConfig(flags.config, initSettings);
      const settings: InitSettings = { ...file, ...given };
      refuseIneffective<InitSettings>(rules, settings, given);
      if (settings.quiet === true) output.mode = "quiet";
      if (settings.json === true) output.mode = "json";
      const out = bundleFolder(settings);
      const source = await datasetSource(dataset, settings, readForFit);
      output.emit(await runInit(source, out, settings, output, flags.config));
    });
}

/** Runs `init` and prints the result; `config` is the settings' file, which is also an input. */
export async function runInit(
  source: DatasetSource,
  out: string,
  settings: InitSettings,
  output: Output,
  config?: string,
): Promise<InitResult> {
  const { io, colors } = output;
  const progress = await output.progress();
  try {
    const observer = {
      signal: io.signal,
      onProgress: progress.report,
      onDataset: (found: Parameters<typeof inputSection>[1]) => {
        progress.clear();
        output.print(inputSection(source.label, found, colors));
      },
    };
    const result = await initialize(source, out, settings, observer, io, config);
    progress.clear();
    output.print(resultSections(result, settings.evaluate === true, colors));
    return result;
  } finally {
    progress.clear();
  }
}
