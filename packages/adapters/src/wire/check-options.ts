import { WellbegunError } from "@wellbegun/core";
import type { TableShape } from "../bundle/manifest-files.ts";
import type { Target } from "../targets/find.ts";
import type { WiredTables, WireOptions } from "./types.ts";

/** Throws for options that are out of range, or that have no effect on the target's tables. */
export function checkWireOptions(
  { tables }: { readonly tables: ReadonlyMap<string, TableShape> },
  { codebase, name, model }: Target,
  options: WireOptions & { readonly tables: WiredTables; readonly scaleFactor: number },
): void {
  const { latent, modalities = {}, scaleFactor } = options;
  if (!(Number.isFinite(scaleFactor) && scaleFactor > 0))
    refuse("a finite number above 0", String(scaleFactor), "option scaleFactor");
  const wired = model.parameters.filter(({ rows }) => options.tables === "users+items" || rows !== "items");
  if (latent !== undefined) {
    if (!(Number.isSafeInteger(latent) && latent > 0))
      refuse("a whole number above 0", latent, "option latent");
    const used = wired.some((parameter) => parameter.width === "latent" && parameter.latent === undefined);
    if (!used)
      refuse(`no width: no table of ${codebase.title}'s ${name} has one of its own`, latent, "option latent");
  }
  const known = new Set(wired.flatMap(({ modality }) => (modality === undefined ? [] : [modality])));
  const present = modalitiesOf(tables, options.tables);
  for (const [modality, own] of Object.entries(modalities)) {
    const at = "option modalities";
    if (known.size === 0) refuse(`none: ${name} has no table of a single modality`, modality, at);
    if (!([...known] as string[]).includes(modality))
      refuse(`a modality of ${name}: ${[...known].join(", ")}`, modality, at);
    if (!present.has(own))
      refuse(`a modality with tables in the bundle: ${[...present].join(", ") || "none"}`, own, at);
  }
}

/** The modalities that the bundle has tables of. */
function modalitiesOf(tables: ReadonlyMap<string, TableShape>, wired: WiredTables): ReadonlySet<string> {
  const sides = wired === "users" ? ["users."] : ["users.", "items."];
  const names = [...tables.keys()].flatMap((table) =>
    sides.filter((side) => table.startsWith(side)).map((side) => table.slice(side.length)),
  );
  return new Set(names);
}

function refuse(expected: string, found: string | number, at: string): never {
  const parts = { doing: "planning to wire a bundle", expected, found: JSON.stringify(found), at };
  throw new WellbegunError("invalid-option", parts);
}
