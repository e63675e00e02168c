import { WellbegunError } from "@wellbegun/core";
import type { PretrainEpoch } from "@wellbegun/train";
import type { Command } from "commander";
import { quantity } from "../../shared/format.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type PretrainSettings, pretrainRules, pretrainSettings } from "./options.ts";
import { pretrainSections } from "./print.ts";
import { runPretrain } from "./run.ts";

const footer = `
Learns one space for the items from the feature matrices of their modalities,
until the loss of held-out items no longer falls. Writes unified_feat.npy with
the dataset's interactions and item IDs, a folder that init and train take, and
space.bin, in which --space places new items. No interactions are read. What it
reaches on four datasets: docs/experiments.md.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, pretrainSettings);
  command.addHelpText("after", footer).action(async (folder: string) => {
    const settings = readFlags(command, pretrainSettings);
    refuseIneffective<PretrainSettings>(pretrainRules, settings);
    if (settings.out === undefined) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the options",
        expected: "a folder to write the dataset to",
        found: "none",
        at: "option --out",
      });
    }
    const progress = await output.progress();
    try {
      const onEpoch = ({ epoch, loss, heldOut }: PretrainEpoch): void => {
        const note = `loss ${quantity(loss)}, held-out items ${quantity(heldOut)}`;
        progress.report({ stage: "pretrain", done: epoch, total: settings.epochs ?? 500, note });
      };
      const observer = { signal: output.io.signal, onEpoch };
      const result = await runPretrain(folder, settings.out, settings, observer, output.io);
      progress.clear();
      output.print(pretrainSections(result, output.colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
