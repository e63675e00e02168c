import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { synthSettings } from "./options.ts";
import { synthSections } from "./print.ts";
import { type SynthResult, type SynthSettings, synthesize } from "./run.ts";

const footer = `
The dataset has MMRec's layout and planted tastes. It stands in for no real one:
synthetic.json in its folder says so.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, synthSettings);
  command.addHelpText("after", footer).action(async () => {
    const flags = readFlags(command, synthSettings);
    if (flags.out === undefined) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the options",
        expected: "a folder to write the dataset to",
        found: "none",
        at: "option --out",
      });
    }
    const result = await runSynth(flags.out, flags, output);
    output.emit(result);
  });
}

/** Runs `synth` and prints the result. */
export async function runSynth(out: string, settings: SynthSettings, output: Output): Promise<SynthResult> {
  const { io } = output;
  const progress = await output.progress();
  try {
    const observer = { signal: io.signal, onProgress: progress.report };
    const result = await synthesize(out, settings, observer, io);
    progress.clear();
    output.print(synthSections(result, output.colors));
    return result;
  } finally {
    progress.clear();
  }
}
