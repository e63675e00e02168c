import type { Command } from "commander";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { methodRules } from "../../shared/options/method-rules.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type PlanSettings, planSettings } from "./options.ts";
import { planSections } from "./print.ts";
import { runPlan } from "./run.ts";

const footer = `
The features are read here, the log by the job: spark-submit job/job.py makes
the user vectors, and wellbegun collect writes the bundle. Needs
@wellbegun/engine-spark.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, planSettings);
  command.addHelpText("after", footer).action(async () => {
    const settings: PlanSettings = readFlags(command, planSettings);
    refuseIneffective<PlanSettings>(methodRules, settings);
    const progress = await output.progress();
    try {
      const result = await runPlan(settings, { signal: output.io.signal, onProgress: progress.report });
      progress.clear();
      output.print(planSections(result, output.colors));
      output.emit(result);
    } finally {
      progress.clear();
    }
  });
}
