import { WellbegunError } from "@wellbegun/core";
import { cornac, implicit, lightfm, recbole } from "./library-models.ts";
import { alignrec, mmrec } from "./mmrec-models.ts";
import { mrlib } from "./mrlib-models.ts";
import { diffmm, freerec, mmssl, pytorch, torcheasyrec, torchrec } from "./research-models.ts";
import type { Codebase, CodebaseName, ModelTarget } from "./types.ts";

/** All codebases by name. */
export const codebases: Readonly<Record<CodebaseName, Codebase>> = {
  mmrec,
  mrlib,
  alignrec,
  recbole,
  cornac,
  implicit,
  lightfm,
  freerec,
  diffmm,
  mmssl,
  torchrec,
  torcheasyrec,
  pytorch,
};

/** A codebase and one of its models. */
export interface Target {
  readonly codebase: Codebase;
  /** The model's name as the codebase spells it. */
  readonly name: string;
  readonly model: ModelTarget;
}

/**
 * The target that a text such as `mmrec:FREEDOM` names: the codebase, a colon, and the model, in any letter
 * case. The model may be omitted if the codebase has only one.
 *
 * @throws {WellbegunError} `invalid-option` if the codebase or the model is not known, or the model has no user vectors.
 */
export function findTarget(name: string): Target {
  const [first = "", ...rest] = name.split(":");
  const codebase = Object.values(codebases).find((one) => one.name === first.toLowerCase());
  if (codebase === undefined) throw unknown(`a codebase among ${Object.keys(codebases).join(", ")}`, first);
  const models = Object.keys(codebase.models);
  const asked = rest.join(":");
  const model =
    asked === "" && models.length === 1
      ? models[0]
      : models.find((one) => one.toLowerCase() === asked.toLowerCase());
  if (model === undefined) {
    const expected = `a model of ${codebase.title}, as in ${codebase.name}:${models[0]}: ${models.join(", ")}`;
    throw unknown(expected, asked === "" ? "none" : asked);
  }
  const target = { codebase, name: model, model: codebase.models[model]! };
  if (target.model.parameters.length > 0 || target.model.files !== undefined) return target;
  throw unknown("a model with user vectors", `${model}. ${target.model.note ?? ""}`.trim());
}

/** All targets as `codebase:model`. */
export function targetNames(): string[] {
  return Object.values(codebases).flatMap(({ name, models }) =>
    Object.keys(models).map((model) => `${name}:${model}`),
  );
}

function unknown(expected: string, found: string): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "choosing a target",
    expected,
    found,
    at: "the target",
  });
}
