import { readdir } from "node:fs/promises";
import { readBundle, readMmrecDataset } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { type DatasetSettings, datasetSettings } from "../../shared/options/dataset.ts";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings, readFlags, type Settings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { bundleSections, datasetSections } from "./print.ts";
import { describeBundle, describeDataset } from "./run.ts";

type InspectSettings = DatasetSettings & { quiet?: boolean; json?: boolean };
const settings: Settings<InspectSettings> = { ...datasetSettings, ...outputSettings };

const footer = `
A bundle is checked against its manifest: sizes, SHA-256, dtypes and shapes of
all files. A dataset is read through: every ID and every feature is checked.
Exit status: 0 all is well, 1 something is wrong, 2 wrong usage.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, settings);
  command.addHelpText("after", footer).action(async (path: string) => {
    const { users, ...columns } = readFlags(command, settings);
    if (await isBundle(path)) {
      const found = describeBundle(await readBundle(path, { signal: output.io.signal }));
      output.emit(found);
      output.print(bundleSections(found, output.colors));
      return;
    }
    const dataset = await readMmrecDataset(path, { ...columns, userCount: users });
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
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", { doing, expected: "a readable folder", found, at: path, cause });
  });
  if (names.includes("manifest.json")) return true;
  if (names.some((name) => name.endsWith(".inter"))) return false;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "a dataset (a file *.inter) or a bundle (manifest.json)",
    found: "neither",
    at: path,
  });
}
