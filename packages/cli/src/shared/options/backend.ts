import { backendChoices } from "@wellbegun/core";
import { candidates } from "../backends/candidates.ts";
import { choice } from "./kinds.ts";
import type { Settings } from "./settings.ts";

/** The device of every command that computes. */
export interface BackendSettings {
  readonly backend?: string;
}

export const backendSettings: Settings<BackendSettings> = {
  backend: {
    kind: choice(backendChoices(candidates)),
    group: "Machine:",
    description: `${backendChoices(candidates).join(", ")} (auto)`,
  },
};
