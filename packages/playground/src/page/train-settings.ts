/** The settings of a training, and the part of the page's address that holds those that were changed. */

import { type ModelName, models, resolveTrainOptions } from "@wellbegun/train";
import type { TrainRequest } from "../protocol.ts";

/** What the page asks for, besides the backend. */
export type TrainSettings = Omit<TrainRequest, "backend">;

/** Options that are numbers, in the order of the form. */
export const numberOptions = [
  "epochs",
  "dimensions",
  "learningRate",
  "batchSize",
  "patience",
  "evaluateEvery",
  "seed",
] as const satisfies readonly (keyof TrainRequest["options"])[];

/** What vectors a training starts from, in words. */
export const starts: Readonly<Record<TrainRequest["start"], string>> = {
  random: "at random",
  vectors: "from the computed vectors",
  permuted: "from the vectors, rows permuted (control)",
};

/** Models by name. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];

/** The defaults of a model's own options that a form can hold: numbers, switches and names. */
export function modelDefaults(model: ModelName): Readonly<Record<string, number | boolean | string>> {
  const found: Record<string, number | boolean | string> = {};
  for (const [name, value] of Object.entries(models[model]().options)) {
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "string")
      found[name] = value;
  }
  return found;
}

/** The default of an option of the training. */
export function defaultOf(model: ModelName, name: (typeof numberOptions)[number]): number {
  return resolveTrainOptions({ model: models[model]() })[name];
}

const MODEL = "train";
const START = "train.start";

/** The settings that a link's fragment holds; entries that are no numbers, or of another model, are left out. */
export function trainSettingsOfLink(fragment: string): TrainSettings {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const model = modelNames.find((name) => name === given.get(MODEL)) ?? "alignrec";
  const start = (Object.keys(starts) as TrainRequest["start"][]).find((name) => name === given.get(START));
  const options: Record<string, number> = {};
  for (const name of numberOptions) {
    const value = numberOf(given.get(`train.${name}`));
    if (value !== undefined) options[name] = value;
  }
  const modelOptions: Record<string, unknown> = {};
  for (const [name, fallback] of Object.entries(modelDefaults(model))) {
    const value = valueLike(fallback, given.get(`train.${model}.${name}`));
    if (value !== undefined) modelOptions[name] = value;
  }
  return { model, modelOptions, options, start: start ?? "random" };
}

/** The entries that {@link trainSettingsOfLink} reads; none for the defaults. */
export function linkOfTrainSettings({
  model,
  modelOptions,
  options,
  start,
}: TrainSettings): [string, string][] {
  return [
    ...(model === "alignrec" ? [] : [[MODEL, model] as [string, string]]),
    ...(start === "random" ? [] : [[START, start] as [string, string]]),
    ...Object.entries(options).map(([name, value]): [string, string] => [`train.${name}`, String(value)]),
    ...Object.entries(modelOptions).map(([name, value]): [string, string] => [
      `train.${model}.${name}`,
      String(value),
    ]),
  ];
}

/** In words, for tables: "lightgcn, layers 3, epochs 20, at random". */
export function describeTraining({ model, modelOptions, options, start }: TrainSettings): string {
  const changed = [...Object.entries(modelOptions), ...Object.entries(options)];
  return [model, ...changed.map(([name, value]) => `${name} ${String(value)}`), starts[start]].join(", ");
}

function numberOf(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A text as a value of the type of a default. */
function valueLike(
  fallback: number | boolean | string,
  text: string | null,
): number | boolean | string | undefined {
  if (typeof fallback === "number") return numberOf(text);
  if (text === null || text === "") return undefined;
  return typeof fallback === "boolean" ? text === "true" : text;
}
