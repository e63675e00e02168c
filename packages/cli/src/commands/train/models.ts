import { WellbegunError } from "@wellbegun/core";
import { type ModelDefinition, type ModelName, models } from "@wellbegun/train";
import { choice, type Kind, number, toggle } from "../../shared/options/kinds.ts";

/** The models, AlignRec first. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];

const preparations: Kind<string> = choice(["center+l2", "none"]);

/**
 * The model with the options of the command line.
 *
 * @param given Values as they were written, by the name of the option.
 * @throws {WellbegunError} `invalid-option` for a name that the model does not have, or a value that it does not take.
 */
export function modelOf(name: ModelName, given: Readonly<Record<string, string>> = {}): ModelDefinition {
  const define = models[name];
  const defaults = define().options;
  const options: Record<string, unknown> = {};
  for (const [option, text] of Object.entries(given)) {
    const kind = kindOf(defaults[option]);
    const at = `option --model-options, ${option}`;
    if (kind === undefined) {
      const known = Object.keys(defaults).filter((one) => kindOf(defaults[one]) !== undefined);
      throw refused(`an option of ${name}: ${known.join(", ")}`, option, at);
    }
    const value = kind.fromText(text);
    if (value === undefined) throw refused(kind.expected, text, at);
    options[option] = value;
  }
  return define(options);
}

/** What an option takes, as its default shows. */
function kindOf(value: unknown): Kind<unknown> | undefined {
  if (typeof value === "number") return number;
  if (typeof value === "boolean") return toggle;
  return typeof value === "string" ? preparations : undefined;
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at });
}
