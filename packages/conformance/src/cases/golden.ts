import { denseFeatures, type FeatureSource, fit, interactionsFromArrays } from "@wellbegun/core";
import { expectSame } from "../check.ts";
import { expectRows } from "../check-fit.ts";
import type { GoldenCase } from "../golden/golden-case.ts";
import type { CaseDefinition } from "../trial.ts";

// Options that reduce a fit to what a golden case holds: the method alone.
const METHOD_ALONE = { prepare: "none", project: "none", scale: "none", tolerance: 0 } as const;

/** The whole pipeline, checked against the results of an independent implementation. */
export function goldenCase(golden: GoldenCase): CaseDefinition {
  const modalities = Object.entries(golden.modalities);
  return {
    operation: "fit",
    name: `gives the golden case ${golden.name}`,
    async run({ backend, tolerances }) {
      const features: Record<string, FeatureSource> = {};
      const centroids: Record<string, { data: Float32Array; clusters: number }> = {};
      for (const [name, own] of modalities) {
        features[name] = denseFeatures(Float32Array.from(own.features), golden.itemCount, own.columns);
        const data = Float32Array.from(own.start);
        centroids[name] = { data, clusters: data.length / own.columns };
      }
      const { users, items, userCount, itemCount } = golden;
      const train = interactionsFromArrays({ users, items, userCount, itemCount });
      const input = { train, features };
      for (const { normalization, lambda } of modalities[0]![1].tables) {
        const options = { ...METHOD_ALONE, centroids, normalization, lambda };
        const found = await fit(input, { ...options, backend });
        for (const [name, { columns, tables, ...own }] of modalities) {
          const doing = `fitting the golden case ${golden.name}, ${name}, ${normalization}, lambda ${lambda}`;
          const { labels, centroids: ends } = found.clusters[name]!;
          expectSame(`${doing}, labels`, labels, own.labels);
          expectRows(`${doing}, centroids`, ends.data, { data: own.centroids, columns }, tolerances.tables);
          const { values } = tables.find(
            (table) => table.normalization === normalization && table.lambda === lambda,
          )!;
          const users = found.perModality[name]!.data;
          expectRows(`${doing}, users`, users, { data: values, columns }, tolerances.tables);
        }
      }
    },
  };
}
