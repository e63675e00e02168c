import type { JobSizes } from "./backend/candidate.ts";
import type { FitInput } from "./data/dataset.ts";
import type { AnyInteractions } from "./data/interaction-source.ts";
import type { MethodOptions } from "./options/method-options.ts";
import { resolveOptions } from "./options/resolve-options.ts";

/** The sizes of a fit, with defaults for options that are left out. Throws the errors of `fit` for wrong options. */
export function jobSizes(
  { train, features }: FitInput<AnyInteractions>,
  options: MethodOptions = {},
): JobSizes {
  const widths = Object.fromEntries(Object.entries(features).map(([name, { columns }]) => [name, columns]));
  const { modalities, clusters } = resolveOptions(options, widths);
  return {
    items: train.itemCount,
    widths: modalities.map((name) => widths[name]!),
    clusters: Math.max(...Object.values(clusters)),
  };
}
