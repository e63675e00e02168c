import { controlOf } from "../bundle/control.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { Target } from "../targets/find.ts";
import type { WiredTables, WireParameter } from "./types.ts";

/** Warnings for the user before training, as sentences. None of them stops the run. */
export function warningsFor(
  manifest: Manifest,
  { codebase, name, model }: Target,
  tables: WiredTables,
  parameters: readonly WireParameter[],
): string[] {
  const warnings: string[] = [];
  const { scale, project } = manifest.options ?? {};
  if (controlOf(manifest) === "permuted") {
    warnings.push(
      "The bundle is a control: its rows are permuted, or its training started from permuted rows.",
    );
  }
  const user = parameters.find(({ rows }) => rows === "users");
  if (
    user !== undefined &&
    codebase.defaultWidth !== undefined &&
    user.columns !== codebase.defaultWidth &&
    user.from === "users"
  ) {
    warnings.push(
      `The vectors have ${user.columns} columns; ${codebase.title}'s own setting is ${codebase.defaultWidth}. Give the model that size, or the bundle.`,
    );
  }
  if (scale === "unit") {
    warnings.push(
      "The bundle's rows were normalized (scale unit), so that no user stands out by length. One factor for the table keeps lengths: compute it with --scale xavier or items.",
    );
  }
  if (project === "none" && parameters.some(({ from }) => from === "users" || from === "items")) {
    warnings.push("The bundle was not projected: its fused table is as wide as all features together.");
  }
  if (project === "columns") {
    warnings.push(
      "The bundle keeps the columns of the features with the largest energy (project columns) and drops the rest.",
    );
  }
  for (const parameter of parameters) {
    if (parameter.standsFor !== undefined) {
      warnings.push(
        `${parameter.path} is a table of the modality ${parameter.standsFor}; the fused table stands in, since no table of that modality is ${parameter.width} wide.`,
      );
    }
    if (parameter.zeros > 0) {
      warnings.push(
        `${parameter.path} is ${parameter.width} wide: ${parameter.zeros} columns of zeros follow the vectors.`,
      );
    }
    if (parameter.tensor === "plain") {
      warnings.push(
        `${parameter.path} is a plain tensor: the model starts from it, but no optimizer trains it.`,
      );
    }
  }
  if (parameters.some(({ normalized }) => normalized)) {
    warnings.push(
      `${name} normalizes these rows before it uses them: their scale matters to the optimizer alone.`,
    );
  }
  if (codebase.name === "implicit" && name === "als" && tables === "users") {
    warnings.push(
      "ALS solves the users from the items first, so that user factors alone are lost: add --tables users+items.",
    );
  }
  const sides = [...parameters, ...(model.files ?? [])];
  if (tables === "users+items" && sides.every(({ rows }) => rows === "users")) {
    warnings.push(`${name} has no item table to move with the users': users alone are wired.`);
  }
  if (model.note !== undefined) warnings.push(model.note);
  return [...new Set(warnings)];
}
