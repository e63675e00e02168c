import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./backends/import-module.ts";

/** `@wellbegun/engine-spark`, which is only loaded when a command needs it. */
export function sparkEngine(): Promise<Readonly<Record<string, unknown>>> {
  return importPeer(importModule, "@wellbegun/engine-spark", {
    doing: "starting the engine spark",
    install: "npm install @wellbegun/engine-spark",
  });
}
