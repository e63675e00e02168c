import { WellbegunError } from "@wellbegun/core";
import { flagOf } from "./settings.ts";

/** When an option of a command changes nothing of what the command does. */
export interface IneffectiveRule<T> {
  readonly option: keyof T & string;
  readonly when: (settings: T) => boolean;
  /** The circumstance, for the message: "with --bundle, whose vectors are judged as they are". */
  readonly because: string;
  /** Whether a config file may hold the option all the same, because `tune` writes every setting into one. */
  readonly allowedInConfig?: boolean;
}

/**
 * Refuses the first option that was given and changes nothing: whoever gave it believes that it does.
 *
 * @param flags The settings that stand on the command line; the others come from a config file.
 * @throws {WellbegunError} `invalid-option` with the option and the reason.
 */
export function refuseIneffective<T>(
  rules: readonly IneffectiveRule<T>[],
  settings: T,
  flags: Partial<T> = settings,
): void {
  for (const { option, when, because, allowedInConfig = false } of rules) {
    const value = (allowedInConfig ? flags : settings)[option];
    if (value === undefined || !when(settings)) continue;
    const onCommandLine = flags[option] !== undefined;
    throw new WellbegunError("invalid-option", {
      doing: "reading the options",
      expected: `no ${flagOf(option)} ${because}`,
      found: JSON.stringify(value),
      at: onCommandLine ? `option ${flagOf(option)}` : `key ${option} of the config file`,
      hint: "The option would change nothing.",
    });
  }
}
