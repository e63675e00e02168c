/**
 * What a bundle's tables are a control for: `permuted` tables have their rows in a random order, which keeps
 * the values and the scale and destroys the assignment to users and items, or were trained from such tables. `null`: the tables
 * are real.
 */
export type Control = "permuted" | null;

/** The control that a manifest declares; null if the manifest lacks the key. */
export function controlOf({ control = null }: { readonly control?: Control | undefined }): Control {
  return control;
}
