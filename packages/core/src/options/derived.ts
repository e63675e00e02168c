import type { FitIntoOptions } from "./fit-options.ts";
import type { MethodOptions, OptionValue, PerModality, Preset } from "./method-options.ts";
import type { runSchema } from "./run-schema.ts";
import { type MethodOptionName, methodRows, methodSchema } from "./schema.ts";

type Schema = typeof methodSchema;
type NameWith<Key extends string> = {
  [Name in MethodOptionName]: Key extends keyof Schema[Name] ? Name : never;
}[MethodOptionName];
type Choices = { readonly [Name in NameWith<"choices">]: readonly OptionValue<Name>[] };
type PresetValues = { readonly [Name in NameWith<"presets">]: OptionValue<Name> };

/** The type of an option: one value, one for each modality, or either. */
type Given<Name extends MethodOptionName> = Schema[Name] extends { readonly perModality: infer How }
  ? How extends "either"
    ? PerModality<OptionValue<Name>>
    : Readonly<Record<string, OptionValue<Name>>>
  : OptionValue<Name>;
type SchemaOptions = { readonly [Name in MethodOptionName]?: Given<Name> | undefined };
type Same<A, B> = [A, B] extends [B, A] ? true : never;

// The interfaces are written by hand for their docstrings: these lines do not compile unless they agree with
// the rows.
true satisfies Same<MethodOptions, SchemaOptions>;
true satisfies Same<keyof MethodOptions, MethodOptionName>;
true satisfies Same<keyof FitIntoOptions, MethodOptionName | keyof typeof runSchema>;

/** The allowed values of each option that is a choice, for messages and command lines. */
export const choices: Choices = Object.fromEntries(
  methodRows.flatMap(([name, row]) => (row.kind === "choice" ? [[name, row.choices]] : [])),
) as Choices;

/** The values of the options that depend on the preset, by preset. */
export const presets: Readonly<Record<Preset, PresetValues>> = Object.fromEntries(
  methodSchema.preset.choices.map((preset) => [preset, presetValues(preset)]),
) as Record<Preset, PresetValues>;

function presetValues(preset: Preset): PresetValues {
  const dependent = methodRows.filter(([, row]) => row.presets !== undefined);
  const entries = dependent.map(([name, row]) => [name, row.presets?.[preset] ?? row.default]);
  return Object.fromEntries(entries) as PresetValues;
}
