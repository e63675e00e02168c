import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { bundleFolder } from "../../shared/options/bundle-output.ts";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { placeSettings } from "./options.ts";
import { placeSections } from "./print.ts";
import { place } from "./run.ts";

const footer = `
Reads item_ids.txt and <modality>_feat.npy, as embed writes them. Writes the
vectors of the items that the bundle does not have (items.npy, item_ids.txt,
manifest.json), in the space and scale of its item table, for the vector store
that holds the bundle. Features of another encoder are refused.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, placeSettings);
  command.addHelpText("after", footer).action(async (features: string) => {
    const settings = readFlags(command, placeSettings);
    if (settings.bundle === undefined) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the options",
        expected: "the bundle that the items are placed in",
        found: "none",
        at: "option --bundle",
      });
    }
    const out = bundleFolder(settings);
    const result = await place(features, settings.bundle, out, settings, output.io);
    output.print(placeSections(result, output.colors));
    output.emit(result);
  });
}
