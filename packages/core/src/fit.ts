import type { Backend } from "./backend/backend.ts";
import { cpu } from "./backend/portable/index.ts";
import { checkedWidths, type FitInput } from "./data/fit-input.ts";
import { itemDegrees } from "./data/interactions.ts";
import { Initializer } from "./initializer.ts";
import { planMemory } from "./memory-plan.ts";
import { type FitOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import type { Observer } from "./progress.ts";
import type { Report } from "./report.ts";
import { planCombination } from "./stages/combine.ts";
import {
  aggregateUsers,
  clusterModalities,
  collectItems,
  type ModalityState,
  placeItems,
  prepareModalities,
} from "./stages.ts";
import { createStopwatch, type StageTimes } from "./stopwatch.ts";
import type { TableSink } from "./table-passes.ts";
import { exportTables, tableShapes } from "./tables.ts";

/** Where and how a fit runs; none of it changes the result beyond rounding. */
export interface FitRuntime extends Observer {
  /** Default: the portable backend, disposed of afterwards. A backend that is passed in is left open. */
  readonly backend?: Backend | undefined;
  /**
   * Bytes that the run may hold: the backend's matrices, and what the stages keep beside them. Default: no bound but the
   * backend's own. Of the features, as many rows stay as there is room for; the others are read again for each pass.
   */
  readonly memory?: number | undefined;
  /** Whether to make `users.<modality>` tables as well. Default: true. */
  readonly perModality?: boolean | undefined;
  /**
   * Whether to build the initializer, which holds every modality's items in memory. Default: true. Without projection
   * that is another copy of the features.
   */
  readonly initializer?: boolean | undefined;
}

/** A dense table, row-major float32. */
export interface Table {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** k-means of one modality, for those who want the clusters themselves. */
export interface FittedClusters {
  /** K x D_m, row-major float32, in the space of the prepared features. */
  readonly centroids: Table;
  /** Cluster of each item; -1 for an item without the modality. */
  readonly labels: Int32Array;
}

/** What {@link fitInto} returns; the tables went to the sink. */
export interface FittedTables {
  /** Places users that the fit has not seen; undefined with `initializer: false`. */
  readonly initializer: Initializer | undefined;
  readonly clusters: Readonly<Record<string, FittedClusters>>;
  readonly options: ResolvedOptions;
  readonly report: Report;
  /** Milliseconds by stage; the only part that differs from run to run. */
  readonly times: StageTimes;
}

/** What {@link fit} returns. */
export interface Fit extends FittedTables {
  /** Places users that the fit has not seen. */
  readonly initializer: Initializer;
  /** U x d: the fused starting vectors, row u for user row u. */
  readonly users: Table;
  /** I x d: the items in the same space and scale. */
  readonly items: Table;
  /** U x d_m by modality, before combining, each scaled by itself; empty with `perModality: false`. */
  readonly usersPerModality: Readonly<Record<string, Table>>;
}

/**
 * Computes starting vectors for all users from what they touched and from the features of those items (SG-URInit, Xu
 * et al., SIGIR 2026), and returns them with an {@link Initializer} that places further users.
 *
 * @example
 * ```ts
 * import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
 *
 * const interactions = interactionsFromPairs([["ann", "tea"], ["ann", "jam"], ["bob", "oil"]], {
 *   itemIds: ["jam", "oil", "tea"],
 * });
 * const image = denseFeatures(new Float32Array([1, 0, 0, 3, 2, 1]), 3, 2);
 * const { users } = await fit({ interactions, features: { image } }, { clusters: 2 });
 * console.log(users.rows, users.columns); // 2 2
 * ```
 *
 * @throws {WellbegunError} `invalid-option`, `invalid-data` or `mismatch` naming the option or the place; `aborted`.
 */
export async function fit(
  input: FitInput,
  options: FitOptions = {},
  runtime: Omit<FitRuntime, "initializer"> = {},
): Promise<Fit> {
  const tables: Record<string, Table> = {};
  const fitted = await fitInto(input, options, runtime, {
    begin: (name, rows, columns) => {
      tables[name] = { data: new Float32Array(rows * columns), rows, columns };
    },
    write: (name, firstRow, view) => tables[name]!.data.set(view, firstRow * tables[name]!.columns),
    held: (name) => tables[name]!.data,
  });
  const usersPerModality: Record<string, Table> = {};
  for (const name of Object.keys(fitted.options.modalities)) {
    const table = tables[`users.${name}`];
    if (table !== undefined) usersPerModality[name] = table;
  }
  return {
    ...fitted,
    initializer: fitted.initializer!,
    users: tables.users!,
    items: tables.items!,
    usersPerModality,
  };
}

/** As {@link fit}, but hands the tables to `sink` block by block, so that none of them need be in memory at once. */
export async function fitInto(
  input: FitInput,
  options: FitOptions,
  runtime: FitRuntime,
  sink: TableSink,
): Promise<FittedTables> {
  const backend = runtime.backend ?? cpu();
  const states: Record<string, ModalityState> = {};
  try {
    const widths = checkedWidths(input);
    const resolved = resolveOptions(options, widths);
    const combination = planCombination(resolved, widths);
    const shapes = tableShapes(input, resolved, combination, runtime.perModality ?? true);
    const memory = planMemory(shapes.demand, backend.capabilities, runtime.memory);
    const times = createStopwatch();
    const run = { backend, input, options: resolved, combination, memory, observer: runtime, states };

    await times.measure("prepare", () => prepareModalities(run));
    await times.measure("cluster", () => clusterModalities(run, options.centroids));
    const explained = await times.measure("project", () => placeItems(run));
    const degrees = itemDegrees(input.interactions);
    const placesUsers = runtime.initializer !== false;
    let terms = await times.measure("aggregate", () => aggregateUsers(run, degrees, placesUsers));
    if (placesUsers) terms = await times.measure("export", () => collectItems(run, terms));
    const { report, factors } = await exportTables(run, terms, explained, shapes, sink, times);
    const initializer = placesUsers ? Initializer.fromFit(run, terms, degrees, factors) : undefined;
    return { initializer, clusters: clustersOf(states), options: resolved, report, times: times.stages() };
  } finally {
    for (const state of Object.values(states)) state.dispose();
    if (runtime.backend === undefined) await backend.dispose();
  }
}

function clustersOf(states: Readonly<Record<string, ModalityState>>): Record<string, FittedClusters> {
  const result: Record<string, FittedClusters> = {};
  for (const [name, { clustering, features }] of Object.entries(states)) {
    const { centroids, labels } = clustering!;
    const { columns } = features.blocks;
    result[name] = { centroids: { data: centroids, rows: centroids.length / columns, columns }, labels };
  }
  return result;
}
