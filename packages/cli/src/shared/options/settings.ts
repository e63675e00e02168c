import { WellbegunError } from "@wellbegun/core";
import { type Command, Option } from "commander";
import type { Kind } from "./kinds.ts";

/** An option of a command. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** What the option says in the help, with its default. */
  readonly description: string;
  /** The heading that it stands under in the help. */
  readonly group: string;
  /** For a switch that is on by default: the help shows its negation. */
  readonly onByDefault?: boolean | undefined;
  /** Another option with which it cannot be combined. */
  readonly conflictsWith?: string | undefined;
}

/** The options of a command by name, in camelCase: the keys of a config file, and of what the command is given. */
export type Settings<T> = { readonly [K in keyof T]-?: Setting<Exclude<T[K], undefined>> };

/** Adds the options to a command. */
export function defineSettings<T>(command: Command, settings: Settings<T>): void {
  for (const [name, setting] of entriesOf(settings)) {
    const { kind, description, group, onByDefault, conflictsWith = [] } = setting;
    const flag = flagOf(name);
    const add = (flags: string, hidden: boolean): Command =>
      command.addOption(
        new Option(flags, description).helpGroup(group).hideHelp(hidden).conflicts(conflictsWith),
      );
    add(`${flag} ${kind.placeholder}`.trimEnd(), onByDefault === true);
    // Both, so that the command line can win over a config file in either direction.
    if (kind.placeholder === "" || kind.placeholder.startsWith("["))
      add(flag.replace("--", "--no-"), onByDefault !== true);
  }
}

/**
 * The options that were given on the command line.
 *
 * @throws {WellbegunError} `invalid-option` naming the option, what it takes and what it was given.
 */
export function readFlags<T>(command: Command, settings: Settings<T>): Partial<T> {
  const result: Partial<Record<keyof T, unknown>> = {};
  for (const [name, { kind }] of entriesOf(settings)) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    const given = String(command.getOptionValue(name));
    const value = kind.fromText(given);
    if (value === undefined) throw wrongValue(kind, JSON.stringify(given), `option ${flagOf(name)}`);
    result[name] = value;
  }
  return result as Partial<T>;
}

/** The options that were given on the command line, as they were given, quoted for a shell: to print a command that follows. */
export function givenFlags<T>(command: Command, settings: Settings<T>): readonly string[] {
  return entriesOf(settings).flatMap(([name]) => {
    if (command.getOptionValueSource(name) !== "cli") return [];
    const given: unknown = command.getOptionValue(name);
    if (given === false) return [flagOf(name).replace("--", "--no-")];
    return given === true ? [flagOf(name)] : [flagOf(name), shellQuoted(String(given))];
  });
}

/** A word of a shell command; only one with special characters is quoted. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The option that a name stands for: `maxIterations` is `--max-iterations`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The options with their names. */
export function entriesOf<T>(settings: Settings<T>): [keyof T & string, Setting<unknown>][] {
  return Object.entries(settings) as [keyof T & string, Setting<unknown>][];
}

/** The error for a value that an option does not take. */
export function wrongValue(kind: Kind<unknown>, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: kind.expected,
    found,
    at,
  });
}
