import { join } from "node:path";
import type { Command } from "commander";
import { number, path, toggle } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings, readFlags, type Settings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { runInit } from "../init/command.ts";
import type { InitSettings } from "../init/options.ts";
import { runSynth } from "../synth/command.ts";

interface DemoSettings {
  readonly out?: string;
  readonly force?: boolean;
  readonly seed?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const group = "Demo:";
const settings: Settings<DemoSettings> = {
  out: {
    kind: path,
    group,
    description: "folder for the synthetic dataset and the bundle (./wellbegun-demo)",
  },
  force: { kind: toggle, group, description: "replace what is there even if it is something else" },
  seed: { kind: number, group, description: "seed of the synthetic dataset and of init (999)" },
  ...outputSettings,
};

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.action(async () => {
    const { out = "wellbegun-demo", force, seed } = readFlags(command, settings);
    const common = { ...(force === undefined ? {} : { force }), ...(seed === undefined ? {} : { seed }) };
    const dataset = join(out, "synthetic");
    const synthetic = await runSynth(dataset, common, output);
    const init: InitSettings = { ...common, evaluate: true };
    const result = await runInit(dataset, join(out, "bundle"), init, output);
    output.emit({ synthetic, init: result });
    output.print(closing(output));
  });
}

function closing({ colors }: Output): string[] {
  return [
    "These data are synthetic: the figures show how the method works, not its worth.",
    "",
    `${colors.strong("Next")}  npx wellbegun init <your dataset> --out out --evaluate`,
  ];
}
