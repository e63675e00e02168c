import type { Backend } from "./backend/backend.ts";
import { checkedWidths, type FitInput } from "./data/dataset.ts";
import { itemDegrees } from "./data/interactions.ts";
import { createTable, type Table } from "./data/table.ts";
import { withBackend } from "./default-backend.ts";
import type { FitIntoOptions, FitOptions } from "./fit-options.ts";
import { Initializer } from "./initializer/initializer.ts";
import { planMemory } from "./memory-plan.ts";
import { type FittedClusters, FittedModel, type FittedTables, type Model } from "./model.ts";
import { resolveOptions } from "./resolve-options.ts";
import { planCombination } from "./stages/combine.ts";
import {
  aggregateUsers,
  clusterModalities,
  collectItems,
  type ModalityState,
  prepareModalities,
  projectModalities,
} from "./stages.ts";
import { createStopwatch } from "./stopwatch.ts";
import type { TableSink } from "./table-passes.ts";
import { exportTables, tableShapes } from "./tables.ts";

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
 * @param data Any {@link Dataset}; what is held out is not read.
 * @throws {WellbegunError} `invalid-option`, `invalid-data` or `mismatch` naming the option or the place; `aborted`.
 */
export async function fit(data: FitInput, options: FitOptions = {}): Promise<Model> {
  const arrays: Record<string, Omit<Table, "row">> = {};
  const fitted = await fitInto(
    data,
    { ...options, initializer: true },
    {
      begin: (name, rows, columns) => {
        arrays[name] = { data: new Float32Array(rows * columns), rows, columns };
      },
      write: (name, firstRow, view) => arrays[name]!.data.set(view, firstRow * arrays[name]!.columns),
      held: (name) => arrays[name]!.data,
    },
  );
  const { train } = data;
  const table = (name: string): Table => {
    const { data, rows, columns } = arrays[name]!;
    return createTable(data, rows, columns, name === "items" ? train.itemIds : train.userIds);
  };
  const perModality: Record<string, Table> = {};
  for (const name of fitted.options.modalities) {
    if (arrays[`users.${name}`] !== undefined) perModality[name] = table(`users.${name}`);
  }
  return new FittedModel(table("users"), table("items"), perModality, fitted);
}

/** As {@link fit}, but hands the tables to `sink` block by block, so that none of them need be in memory at once. */
export async function fitInto(
  data: FitInput,
  options: FitIntoOptions,
  sink: TableSink,
): Promise<FittedTables> {
  return await withBackend(options.backend, (backend) => runFit(backend, data, options, sink));
}

async function runFit(
  backend: Backend,
  input: FitInput,
  options: FitIntoOptions,
  sink: TableSink,
): Promise<FittedTables> {
  const states: Record<string, ModalityState> = {};
  try {
    const widths = checkedWidths(input);
    const resolved = resolveOptions(options, widths);
    const combination = planCombination(resolved, widths);
    const shapes = tableShapes(input, resolved, combination, options.perModality ?? true);
    const memory = planMemory(shapes.demand, backend.capabilities, options.memory);
    const times = createStopwatch();
    const run = { backend, input, options: resolved, combination, memory, observer: options, states };

    await times.measure("prepare", () => prepareModalities(run));
    await times.measure("cluster", () => clusterModalities(run));
    const explained = await times.measure("project", () => projectModalities(run));
    const degrees = itemDegrees(input.train);
    const foldsIn = options.initializer !== false;
    let terms = await times.measure("aggregate", () => aggregateUsers(run, degrees, foldsIn));
    if (foldsIn) terms = await times.measure("export", () => collectItems(run, terms));
    const { report, factors } = await exportTables(run, terms, explained, shapes, sink, times);
    const initializer = foldsIn ? Initializer.fromFit(run, terms, degrees, factors) : undefined;
    return {
      data: input,
      backend: { name: backend.name, device: backend.capabilities.device },
      initializer,
      clusters: clustersOf(states),
      options: resolved,
      report,
      times: times.stages(),
    };
  } finally {
    for (const state of Object.values(states)) state.dispose();
  }
}

function clustersOf(states: Readonly<Record<string, ModalityState>>): Record<string, FittedClusters> {
  const result: Record<string, FittedClusters> = {};
  for (const [name, { clustering, features }] of Object.entries(states)) {
    const { centroids, labels } = clustering!;
    const { columns } = features.blocks;
    result[name] = { centroids: createTable(centroids, centroids.length / columns, columns), labels };
  }
  return result;
}
