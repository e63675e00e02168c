import { describe } from "../describe.ts";
import type { MethodOptions, Preset, ResolvedOptions } from "./method-options.ts";
import { checkValue, type OptionRow, refuseOption } from "./rows.ts";
import { methodRows, methodSchema } from "./schema.ts";

/**
 * The options with values from the schema alone: the given value, else the preset's, else the default; by
 * modality where modalities may differ. Rules between options, and defaults that depend on the data, are not
 * applied.
 *
 * @throws {WellbegunError} `invalid-option` for a value that its row does not allow, or of a modality that is not in use.
 */
export function fillIn(options: MethodOptions, modalities: readonly string[]): ResolvedOptions {
  const preset = options.preset ?? methodSchema.preset.default;
  checkValue(methodSchema.preset, "preset", preset);
  const filled: Record<string, unknown> = {};
  for (const [name, row] of methodRows) {
    if (name === "givenCentroids") continue;
    const value =
      name === "modalities" ? modalities : filledValue(name, row, options[name], preset, modalities);
    if (value !== undefined) filled[name] = value;
  }
  return filled as ResolvedOptions;
}

function filledValue(
  name: string,
  row: OptionRow,
  given: unknown,
  preset: Preset,
  modalities: readonly string[],
): unknown {
  const fallback = row.presets?.[preset] ?? row.default;
  if (row.perModality !== undefined) return byModality(name, row, given, fallback, modalities);
  if (given === undefined) return fallback;
  checkValue(row, name, given);
  return given;
}

/** The value of each modality that has one; undefined if none has. */
function byModality(
  name: string,
  row: OptionRow,
  given: unknown,
  fallback: unknown,
  modalities: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  const named = typeof given === "object" && given !== null && !Array.isArray(given);
  if (given !== undefined && !named && row.perModality === "each") {
    refuseOption(name, "an object with a value for each modality", describe(given));
  }
  const own = new Map(named ? Object.entries(given) : modalities.map((modality) => [modality, given]));
  for (const modality of own.keys()) {
    if (!modalities.includes(modality))
      refuseOption(name, `modalities among ${modalities.join(", ")}`, modality);
  }
  // Without a prototype, so that a modality without a value does not find an inherited property.
  const values: Record<string, unknown> = Object.create(null);
  for (const modality of modalities) {
    const value = own.get(modality);
    if (value !== undefined) checkValue(row, `${name} of ${modality}`, value);
    if (value !== undefined || fallback !== undefined) values[modality] = value ?? fallback;
  }
  if (fallback !== undefined) return { ...values };
  return Object.keys(values).length === 0 ? undefined : values;
}
