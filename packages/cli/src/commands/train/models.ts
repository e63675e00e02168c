import { WellbegunError } from "@wellbegun/core";
import { type ModelDefinition, type ModelName, models } from "@wellbegun/train";
import { choice, type Kind, number, toggle } from "../../shared/options/kinds.ts";

/** The models, AlignRec first. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];

const preparations: Kind<string> = choice(["center+l2", "none"]);

/**
 * The model with the options of the command line.
 *
 * @param given Values as they were written, by the name of the option; `weights.image` names one modality of an option that has a
 * number for each.
 * @throws {WellbegunError} `invalid-option` for a name that the model does not have, or a value that it does not take.
 */
export function modelOf(name: ModelName, given: Readonly<Record<string, string>> = {}): ModelDefinition {
  const define = models[name];
  const defaults = define().options;
  const options: Record<string, unknown> = {};
  for (const [option, text] of Object.entries(given)) {
    const [own, modality] = partsOf(option);
    const at = `option --model-options, ${option}`;
    if (!Object.hasOwn(defaults, own) || (modality !== undefined) !== isByModality(defaults[own])) {
      const known = Object.keys(defaults).map((one) =>
        isByModality(defaults[one]) ? `${one}.<modality>` : one,
      );
      throw refused(`an option of ${name}: ${known.join(", ")}`, option, at);
    }
    const kind = kindOf(defaults[own]);
    const value = kind.fromText(text);
    if (value === undefined) throw refused(kind.expected, text, at);
    options[own] = modality === undefined ? value : { ...(options[own] as object), [modality]: value };
  }
  return define(options);
}

/** `weights.image` is the modality `image` of the option `weights`. */
function partsOf(option: string): [name: string, modality: string | undefined] {
  const dot = option.indexOf(".");
  return dot < 0 ? [option, undefined] : [option.slice(0, dot), option.slice(dot + 1)];
}

/** Whether an option has a number for each modality, as FREEDOM's weights do; its default is left out. */
function isByModality(value: unknown): boolean {
  return value === undefined;
}

/** What an option takes, as its default shows. */
function kindOf(value: unknown): Kind<unknown> {
  if (typeof value === "boolean") return toggle;
  return typeof value === "string" ? preparations : number;
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at });
}
