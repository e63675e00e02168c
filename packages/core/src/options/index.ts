/**
 * The options of a fit as data, for programs that pass them on: a command line, a form, a search, a table in the
 * documentation. {@link fit} takes the options themselves.
 *
 * @module
 */
export { namesOf, nearestName, refuseUnknownKeys } from "./known-keys.ts";
export type { ChoiceRow, NamesRow, NumberRow, OptionGroup, OptionRow, OtherRow } from "./rows.ts";
export { allowedValues, allows, checkValue, defaultInWords } from "./rows.ts";
export { runSchema } from "./run-schema.ts";
export type { MethodOptionName } from "./schema.ts";
export { fitOptionNames, methodRows, methodSchema } from "./schema.ts";
