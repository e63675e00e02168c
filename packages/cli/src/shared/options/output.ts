import { toggle } from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** What becomes of standard output: options of every command. */
export const outputSettings: Settings<{ quiet?: boolean; json?: boolean }> = {
  quiet: { kind: toggle, group: "Output:", description: "print nothing but errors" },
  json: {
    kind: toggle,
    group: "Output:",
    description: "print one JSON object and nothing else",
    conflictsWith: "quiet",
  },
};
