import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { embedSettings } from "./options.ts";
import { embedSections } from "./print.ts";
import { embed } from "./run.ts";

const footer = `
Defaults stand in brackets. Writes <modality>_feat.npy, <modality>_missing.npy,
item_ids.txt, missing_items.jsonl and features.json, which says what made them.
Items whose content is missing or broken are marked as missing, and listed. A
run that was killed goes on where it stopped when it is started again. An
encoder's folder has encoder.json (any ONNX model) or config.json
(transformers.js).`;

export function define(command: Command, output: Output): void {
  defineSettings(command, embedSettings);
  command.addHelpText("after", footer).action(async (catalog: string) => {
    const settings = readFlags(command, embedSettings);
    if (settings.out === undefined) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the options",
        expected: "a folder to write the features to",
        found: "none",
        at: "option --out",
      });
    }
    const progress = await output.progress();
    try {
      const observer = { signal: output.io.signal, onStep: progress.report };
      const result = await embed(catalog, settings.out, settings, observer, output.io);
      progress.clear();
      output.print(embedSections(result, output.colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
