import { numberIn } from "../../shared/options/kinds.ts";
import { outputSettings } from "../../shared/options/output.ts";
import type { Settings } from "../../shared/options/settings.ts";

/** Options of `play`. */
export interface PlaySettings {
  readonly port?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The options of `play`, in the order of its help. */
export const playSettings: Settings<PlaySettings> = {
  port: {
    kind: numberIn({ whole: true, min: 0, max: 65535 }),
    group: "Server:",
    description: "port on the loopback interface (a free one)",
  },
  ...outputSettings,
};
