import { WellbegunError } from "@wellbegun/core";
import { flagOf } from "./settings.ts";

/** A rule that says when an option of a command has no effect. */
export interface IneffectiveRule<T> {
  readonly option: keyof T & string;
  readonly when: (settings: T) => boolean;
  /** The circumstance, for the message: "with --bundle, whose vectors are judged as they are". */
  readonly because: string;
  /** Whether a config file may hold the option all the same, because `tune` writes every setting into one. */
  readonly allowedInConfig?: boolean;
}

/**
 * Throws for the first given option without effect, since the user expects it to have one.
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
