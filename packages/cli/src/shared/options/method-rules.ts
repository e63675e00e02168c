import type { PerModality } from "@wellbegun/core";
import type { IneffectiveRule } from "./ineffective.ts";
import type { MethodSettings } from "./method.ts";

const fromCentroids = "with --centroids, where one run starts from what is given";

const withoutWhiten = "without --prepare whiten, where no modality is whitened";

/** Options of the method that have no effect in combination with others. */
export const methodRules: readonly IneffectiveRule<MethodSettings>[] = [
  {
    option: "preset",
    when: ({ lambda, normalization, clusters }) =>
      [lambda, normalization, clusters].every((value) => isForAll(value)),
    because: "where --lambda, --normalization and --clusters are given: a preset says nothing else",
    allowedInConfig: true,
  },
  {
    option: "normalization",
    when: ({ lambda }) => lambda === 0,
    because: "with --lambda 0, where no local term remains",
    allowedInConfig: true,
  },
  {
    option: "ccaRidge",
    when: ({ combine }) => combine !== "cca",
    because: "without --combine cca, which alone whitens with it",
    allowedInConfig: true,
  },
  { option: "whitenPower", when: whitensNothing, because: withoutWhiten, allowedInConfig: true },
  { option: "whitenRidge", when: whitensNothing, because: withoutWhiten, allowedInConfig: true },
  { option: "restarts", when: ({ centroids }) => centroids !== undefined, because: fromCentroids },
  { option: "initSize", when: ({ centroids }) => centroids !== undefined, because: fromCentroids },
  {
    option: "sampleSize",
    when: ({ maxIterations, centroids }) => maxIterations === 0 && centroids !== undefined,
    because: "with --centroids and --max-iterations 0, where no iteration moves the centroids",
  },
  {
    option: "tolerance",
    when: ({ maxIterations }) => maxIterations === 0,
    because: "with --max-iterations 0, where no iteration ends a run",
  },
];

/** Whether no modality is prepared by whitening. */
function whitensNothing({ prepare }: MethodSettings): boolean {
  return typeof prepare === "object" ? !Object.values(prepare).includes("whiten") : prepare !== "whiten";
}

/** Whether one value is given for all modalities. */
function isForAll(value: PerModality<string | number> | undefined): boolean {
  return value !== undefined && typeof value !== "object";
}
