import { WellbegunError } from "@wellbegun/core";
import { presets } from "@wellbegun/synthetic";
import type { Command } from "commander";
import { outputSettings } from "../options/init-settings.ts";
import { byName, choice, number, path, toggle } from "../options/kinds.ts";
import { defineSettings, readFlags, type Settings } from "../options/settings.ts";
import type { Output } from "../output/output.ts";
import { synthSections } from "../output/synth-report.ts";
import { type SynthResult, type SynthSettings, synthesize } from "../synthesize.ts";

type SynthFlags = SynthSettings & { out?: string; quiet?: boolean; json?: boolean };

const shape = "Shape:";
const presetNames = Object.keys(presets) as (keyof typeof presets)[];
const settings: Settings<SynthFlags> = {
  out: { kind: path, group: "Result:", description: "folder to write the dataset to (required)" },
  force: {
    kind: toggle,
    group: "Result:",
    description: "replace the folder even if it is no synthetic dataset",
  },
  preset: {
    kind: choice(presetNames),
    group: shape,
    description: "the sizes and widths of a known dataset (example)",
  },
  users: { kind: number, group: shape, description: "number of users (2000)" },
  items: { kind: number, group: shape, description: "number of items (1200)" },
  interactions: {
    kind: number,
    group: shape,
    description: "number of train interactions; validation and test rows come on top (12 a user)",
  },
  modalities: { kind: byName(number), group: shape, description: "names and widths (image=64,text=48)" },
  seed: { kind: number, group: shape, description: "equal seeds and sizes give equal data (999)" },
  ...outputSettings,
};

const footer = `
The dataset has MMRec's layout and planted tastes. It stands in for no real one:
synthetic.json in its folder says so.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.addHelpText("after", footer).action(async () => {
    const flags = readFlags(command, settings);
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

/** Runs `synth` and tells people about it. */
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
