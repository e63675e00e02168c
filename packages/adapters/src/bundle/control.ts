/**
 * What a bundle's tables are a control for: `permuted` tables have their rows in a random order, so that they keep the
 * values and the scale and lose the meaning. `null`: the tables are the real ones.
 */
export type Control = "permuted" | null;

/** The control that a manifest declares; a manifest without the key declares none. */
export function controlOf({ control = null }: { readonly control?: Control | undefined }): Control {
  return control;
}
