import type { ModelTarget, ParameterTarget, RandomInit, WidthRule } from "./types.ts";

/** Xavier, uniform or normal: both have the variance 2 / (rows + columns). */
export const xavier: RandomInit = { kind: "xavier" };

/** A trained fused table. */
export function fused(
  rows: ParameterTarget["rows"],
  path: string,
  init: RandomInit = xavier,
  width: WidthRule = "d",
): ParameterTarget {
  return { path, rows, width, tensor: "parameter", init };
}

/** A user table, and the item table that shares its space. */
export function pair(users: string, items: string, init: RandomInit = xavier, note?: string): ModelTarget {
  const parameters = [fused("users", users, init), fused("items", items, init)];
  return note === undefined ? { parameters } : { parameters, note };
}

/** The user tables of an image and a text branch, each with its own width. */
export function branches(
  paths: { readonly image: string; readonly text: string },
  more: Partial<ParameterTarget> = {},
): ParameterTarget[] {
  const shared = {
    rows: "users",
    width: "latent",
    tensor: "parameter",
    init: xavier,
    normalized: true,
  } as const;
  return [
    { ...shared, path: paths.image, modality: "image", ...more },
    { ...shared, path: paths.text, modality: "text", ...more },
  ];
}

/** The user tables that most multimodal graph models name `preference`. */
export const preferences: { readonly image: string; readonly text: string } = {
  image: "v_gcn.preference",
  text: "t_gcn.preference",
};

/** A model without user vectors of its own. */
export function without(note: string): ModelTarget {
  return { parameters: [], note };
}
