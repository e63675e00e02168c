import type { Command } from "commander";
import { outputSettings } from "../../shared/options/output.ts";
import { defineSettings } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { doctorSections } from "./print.ts";
import { examine } from "./run.ts";

export function define(command: Command, output: Output): void {
  defineSettings(command, outputSettings);
  command.action(async () => {
    const found = await examine();
    output.emit(found);
    output.print(doctorSections(found, output.colors));
  });
}
