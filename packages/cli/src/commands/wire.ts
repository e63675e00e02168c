import { targetNames } from "@wellbegun/adapters/targets";
import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { outputSettings } from "../options/init-settings.ts";
import { byName, choice, number, path, text, toggle } from "../options/kinds.ts";
import { defineSettings, readFlags, type Settings } from "../options/settings.ts";
import type { Output } from "../output/output.ts";
import { wireSections } from "../output/wire-report.ts";
import { type WireSettings, wireBundle } from "../wire-bundle.ts";

type WireFlags = WireSettings & { into?: string; quiet?: boolean; json?: boolean };

const group = "Wiring:";
const settings: Settings<WireFlags> = {
  into: { kind: path, group, description: "the codebase's checkout, or a folder for the run (required)" },
  tables: {
    kind: choice(["users", "users+items"] as const),
    group,
    description: "also the item table, in the users' space, which is not the paper's method (users)",
  },
  dataset: { kind: text, group, description: "the dataset's name in the codebase, for the command printed" },
  latent: {
    kind: number,
    group,
    description: "width of branches that have an option of their own (as vectors)",
  },
  modalities: {
    kind: byName(text),
    group,
    description: "the bundle's modality for each of the model's: text=audio (same names)",
  },
  dryRun: { kind: toggle, group, description: "show what would be written, and write nothing" },
  force: { kind: toggle, group, description: "replace the artifact's folder even if other files lie in it" },
  ...outputSettings,
};

const footer = `
Writes <into>/wellbegun-<codebase>-<model>: the tables in the codebase's row order,
wire.json, and the Python files that load and prove them. No file of the codebase
is touched. Targets:
${wrap(targetNames().join(" "))}
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command
    .argument("<bundle>", "folder that init wrote")
    .addHelpText("after", footer)
    .action(async (target: string, bundle: string) => {
      const { into, quiet, json, ...wiring } = readFlags(command, settings);
      if (into === undefined) {
        throw new WellbegunError("invalid-option", {
          doing: "reading the options",
          expected: "a checkout, or a folder to write into",
          found: "none",
          at: "option --into",
        });
      }
      const result = await wireBundle(target, bundle, into, wiring, output.io);
      output.emit(result);
      output.print(wireSections(result, output.colors));
    });
}

/** Words on lines of at most 78 columns. */
function wrap(words: string): string {
  return words.replace(/(?=\S)(.{1,76})(?:\s|$)/g, "  $1\n").trimEnd();
}
