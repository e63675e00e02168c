import type { Backend } from "../backend/backend.ts";
import type { FitInput } from "../data/dataset.ts";
import { type AnyInteractions, collectInteractions } from "../data/interaction-source.ts";
import type { Interactions } from "../data/interactions.ts";
import { withBackend } from "../default-backend.ts";
import { fittedInitializer, readInitializerTables } from "../initializer/from-fit.ts";
import { FittedModel, type FittedTables, type Model } from "../model.ts";
import type { FitIntoOptions, FitOptions } from "../options/fit-options.ts";
import { exportTables } from "../output/export.ts";
import { memorySink, type TableSink } from "../output/sink.ts";

import { aggregate } from "../stages/aggregate.ts";
import { cluster } from "../stages/cluster/cluster.ts";
import { prepare } from "../stages/prepare/prepare.ts";
import { project } from "../stages/project/project.ts";
import { fittedClusters, fittedOptions } from "./fitted.ts";
import { makeReport } from "./make-report.ts";
import { openRun } from "./run.ts";
import { createStopwatch } from "./stopwatch.ts";
import { expectUsable } from "./warnings.ts";
import { weighModalities } from "./weigh-modalities.ts";

/**
 * Computes starting vectors for all users from what they touched and from the features of those items (SG-URInit, Xu
 * et al., SIGIR 2026). The {@link Model} that it returns holds them, and folds in further users.
 *
 * @example
 * ```ts
 * import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
 *
 * const train = interactionsFromPairs([["ann", "tea"], ["ann", "jam"], ["bob", "oil"]], {
 *   itemIds: ["jam", "oil", "tea"],
 * });
 * const image = denseFeatures(new Float32Array([1, 0, 0, 3, 2, 1]), 3, 2);
 * const model = await fit({ train, features: { image } }, { clusters: 2 });
 * console.log(model.users.rows, model.users.columns); // 2 2
 * console.log(model.users.row("ann").length, model.foldIn(["tea", "oil"]).used); // 2 2
 * ```
 *
 * @param data Any {@link Dataset}. Test interactions are not read, and validation interactions only with `weighting:
 * "validation"`.
 * @throws {WellbegunError} `invalid-option`, `invalid-data` or `mismatch` naming the option or the place; `aborted`.
 */
export async function fit(data: FitInput, options: FitOptions = {}): Promise<Model> {
  const sink = memorySink(data.train);
  const fitted = await fitInto(data, { ...options, initializer: true }, sink);
  const { users, items, perModality } = sink.tables();
  return new FittedModel(users, items, perModality, fitted);
}

/**
 * Like {@link fit}, but writes the tables to `sink` block by block, so that no whole table needs to be in memory. The train
 * interactions may also be an {@link InteractionSource}, which is read in blocks of users once for every pass.
 */
export async function fitInto<Train extends AnyInteractions = Interactions>(
  data: FitInput<Train>,
  options: FitIntoOptions,
  sink: TableSink,
): Promise<FittedTables<Train>> {
  return await withBackend(options.backend, (backend) => runFit(backend, data, options, sink));
}

async function runFit<Train extends AnyInteractions>(
  backend: Backend,
  input: FitInput<Train>,
  options: FitIntoOptions,
  sink: TableSink,
): Promise<FittedTables<Train>> {
  const times = createStopwatch();
  const weighed =
    options.weighting === "validation"
      ? await times.measure("combine", async () =>
          // Its own fits read blocks; the lists that it judges leave out rows of train, which are collected for it.
          weighModalities(
            backend,
            {
              train: await collectInteractions(input.train),
              validation: input.validation,
              features: input.features,
            },
            options,
            (one, own) => runFit(backend, input, one, own),
          ),
        )
      : undefined;
  const given = weighed && { weighting: "given" as const, weights: weighed.weights };
  const run = openRun(backend, input, { ...options, ...given });
  try {
    const prepared = await times.measure("prepare", () => prepare(run));
    const clustered = await times.measure("cluster", () => cluster(run, prepared));
    const projected = await times.measure("project", () => project(run, clustered));
    const aggregated = await times.measure("aggregate", () => aggregate(run, projected));
    // Read before the export, which reorders the item rows for faster reading.
    const kept = run.foldsIn
      ? await times.measure("export", () => readInitializerTables(run, aggregated))
      : undefined;
    const tables = await exportTables(run, aggregated, sink, times);
    const report = makeReport(run, aggregated, tables, weighed);
    expectUsable(report.tables);
    const fitted = fittedOptions(run, clustered);
    return {
      data: input,
      backend: { name: backend.name, device: backend.capabilities.device },
      initializer: kept && fittedInitializer(run, fitted, kept, tables),
      clusters: fittedClusters(clustered),
      options: fitted,
      report,
      times: times.stages(),
    };
  } finally {
    run.dispose();
  }
}
