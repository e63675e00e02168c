import type { Command } from "commander";
import { examine } from "../machine.ts";
import { outputSettings } from "../options/init-settings.ts";
import { defineSettings } from "../options/settings.ts";
import { doctorSections } from "../output/doctor-report.ts";
import type { Output } from "../output/output.ts";

export function define(command: Command, output: Output): void {
  defineSettings(command, outputSettings);
  command.action(async () => {
    const found = await examine();
    output.emit(found);
    output.print(doctorSections(found, output.colors));
  });
}
