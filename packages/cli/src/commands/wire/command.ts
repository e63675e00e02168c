import { targetNames } from "@wellbegun/adapters/targets";
import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { wireSettings } from "./options.ts";
import { wireSections } from "./print.ts";
import { wireBundle } from "./run.ts";

const footer = `
Writes <into>/wellbegun-<codebase>-<model>: the tables in the codebase's row
order, wire.json, and the Python files that load and prove them. No file of the
codebase is touched. Targets:
${wrap(targetNames().join(" "))}
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, wireSettings);
  command
    .argument("<bundle>", "folder that init wrote")
    .addHelpText("after", footer)
    .action(async (target: string, bundle: string) => {
      const { into, quiet, json, ...wiring } = readFlags(command, wireSettings);
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
