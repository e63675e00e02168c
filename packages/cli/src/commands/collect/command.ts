import { discardUnfinished } from "@wellbegun/adapters/node";
import type { Command } from "commander";
import { bundleFolder } from "../../shared/options/bundle-output.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type CollectSettings, collectSettings } from "./options.ts";
import { collectSections } from "./print.ts";
import { runCollect } from "./run.ts";

const footer = `
Refused unless the job finished and every part is what it wrote: counts, order
of IDs, SHA-256. Parts of failed attempts are not read. Needs
@wellbegun/engine-spark.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, collectSettings);
  command.addHelpText("after", footer).action(async (job: string) => {
    const given: CollectSettings = readFlags(command, collectSettings);
    const out = bundleFolder(given);
    output.io.atExit?.(discardUnfinished);
    const progress = await output.progress();
    try {
      const observer = { signal: output.io.signal, onProgress: progress.report };
      const result = await runCollect(job, out, given, observer);
      progress.clear();
      output.print(collectSections(result, output.colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
