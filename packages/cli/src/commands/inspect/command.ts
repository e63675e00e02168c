import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleFiles, ioError, readBundle, recoverFolder } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { openDataset } from "../../shared/dataset.ts";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings, readFlags, type Settings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { bundleSections, datasetSections } from "./print.ts";
import { describeBundle, describeDataset } from "./run.ts";

type InspectSettings = DatasetSettings & { quiet?: boolean; json?: boolean };
const settings: Settings<InspectSettings> = { ...datasetSettings, ...outputSettings };

/** Options for datasets do not apply to a bundle. */
const bundleRules = (Object.keys(datasetSettings) as (keyof DatasetSettings)[]).map((option) => ({
  option,
  when: () => true,
  because: "for a bundle, which is read without it",
}));

const footer = `
A bundle is checked against its manifest: sizes, SHA-256, dtypes and shapes of
all files. A dataset is read through: every ID and every feature is checked.
Exit status: 0 all is well, 1 something is wrong, 2 wrong usage.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.addHelpText("after", footer).action(async (path: string) => {
    await recoverFolder(path);
    const given = readFlags(command, settings);
    if (await isBundle(path)) {
      refuseIneffective<InspectSettings>(bundleRules, given);
      const found = describeBundle(await readBundle(path, { signal: output.io.signal }));
      output.emit(found);
      output.print(bundleSections(found, output.colors));
      return;
    }
    const dataset = await openDataset(path, given, { withoutFeatures: "allow" });
    try {
      const found = describeDataset(path, dataset);
      output.emit(found);
      output.print(datasetSections(found, output.colors));
    } finally {
      await dataset.close();
    }
  });
}

async function isBundle(path: string): Promise<boolean> {
  const doing = "inspecting a folder";
  const names = await readdir(path).catch((cause: unknown) => {
    throw ioError(doing, "a readable folder", path, cause);
  });
  const hasTable = names.some((name) => name.endsWith(".inter"));
  // Many programs leave a manifest.json of their own beside their data.
  if (hasTable) return (await bundleFiles(path)).length > 0;
  if (names.includes("manifest.json")) return true;
  const [seed] = names
    .filter((name) => /^seed-\d+$/.test(name))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "a dataset (a file *.inter) or a bundle (manifest.json)",
    found: "neither",
    at: path,
    ...(seed === undefined
      ? {}
      : { hint: `The folder holds a bundle for each seed: inspect ${join(path, seed)}.` }),
  });
}
