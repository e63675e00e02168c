import { WellbegunError } from "@wellbegun/core";
import type { Command } from "commander";
import { defineSettings, readFlags } from "../../shared/options/settings.ts";
import type { Output } from "../../shared/output.ts";
import { playFolder } from "./files.ts";
import { playSettings } from "./options.ts";
import { openPage } from "./page.ts";
import { servePage } from "./server.ts";

const footer = `
The page computes in the browser. The server listens on 127.0.0.1 alone, answers
only requests that name it so, and serves the page and the listed files of the
folder, nothing else. Ctrl-C ends it.`;

export function define(command: Command, output: Output): void {
  defineSettings(command, playSettings);
  command.addHelpText("after", footer).action(async (path: string) => {
    const { port = 0 } = readFlags(command, playSettings);
    if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      throw new WellbegunError("invalid-option", {
        doing: "reading the options",
        expected: "a whole number from 0 to 65535",
        found: `${port}`,
        at: "option --port",
      });
    }
    const folder = await playFolder(path);
    const server = await servePage({ page: await openPage(), folder, port });
    const { name, kind, files } = folder;
    output.emit({ url: server.url, name, kind, files: [...files.keys()] });
    output.print([
      `${output.colors.strong("Playground")}  ${server.url}`,
      output.colors.faint(`The ${kind} ${path}, ${files.size} files, on this machine only. Ctrl-C ends it.`),
    ]);
    await stopped(output.io.signal);
    await server.close();
  });
}

/** Resolves when the signal is aborted. */
function stopped(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
