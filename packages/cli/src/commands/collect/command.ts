import { discardUnfinished } from "@wellbegun/adapters/node";
import type { Command } from "commander";
import {
  type BundleOutputSettings,
  bundleFolder,
  bundleOutputSettings,
} from "../../shared/options/bundle-output.ts";
import { number, path } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings, readFlags, type Settings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { collectSections } from "./print.ts";
import { runCollect } from "./run.ts";

/** Options of `collect`, as given. */
export interface CollectSettings extends BundleOutputSettings {
  readonly from?: string;
  readonly rowsPerPart?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const settings: Settings<CollectSettings> = {
  ...bundleOutputSettings,
  from: { kind: path, group: "Job:", description: "folder that the job wrote to (out in the job's folder)" },
  rowsPerPart: {
    kind: number,
    group: "Result:",
    description: "write tables with more rows in parts of so many (1 GiB each)",
  },
  ...outputSettings,
};

const footer = `
Refused unless the job finished and every part is what it wrote: counts, order of
IDs, SHA-256. Parts of failed attempts are not read. Needs @wellbegun/engine-spark.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.addHelpText("after", footer).action(async (job: string) => {
    const given: CollectSettings = readFlags(command, settings);
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
