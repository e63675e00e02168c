import { join } from "node:path";
import type { Command } from "commander";
import { datasetSource, readForFit } from "../../shared/dataset-source.ts";
import { overwrite, path, seed } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings, readFlags, type Settings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { runInit } from "../init/command.ts";

import type { InitSettings } from "../init/options.ts";
import { runSynth } from "../synth/command.ts";

interface DemoSettings {
  readonly out?: string;
  readonly force?: boolean | string;
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
  force: {
    kind: overwrite,
    group,
    description: "replace an earlier demo even if other files lie in it; with its path once more, any folder",
  },
  seed: { kind: seed, group, description: "seed of the synthetic dataset and of init (999)" },
  ...outputSettings,
};

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.action(async () => {
    const { out = "wellbegun-demo", force, seed } = readFlags(command, settings);
    const seeded = seed === undefined ? {} : { seed };
    const named = namedAgain(out, force);
    const place = (folder: string): { force?: boolean | string } =>
      force === undefined ? {} : { force: named ? folder : force };
    const [dataset, bundle] = [join(out, "synthetic"), join(out, "bundle")];
    const synthetic = await runSynth(dataset, { ...seeded, ...place(dataset) }, output);
    const init: InitSettings = { ...seeded, ...place(bundle), evaluate: true };
    const result = await runInit(await datasetSource(dataset, init, readForFit), bundle, init, output);
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
