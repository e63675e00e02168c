import type { Backend } from "./backend/backend.ts";
import { adjacencyBlocks } from "./data/adjacency.ts";
import { layoutBlocks } from "./data/block-layout.ts";
import type { FitInput } from "./data/dataset.ts";
import type { RowTable } from "./data/row-table.ts";
import { upload } from "./data/upload.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import type { ResolvedOptions } from "./options.ts";
import { checkpoint, type Observer, type Stage } from "./progress.ts";
import { type Aggregation, planAggregation } from "./stages/aggregate.ts";
import { type Clustering, kmeans } from "./stages/cluster.ts";
import type { Combination } from "./stages/combine.ts";
import { meanItem } from "./stages/item-tables.ts";
import { type PreparedFeatures, prepareFeatures } from "./stages/prepare.ts";
import { fitProjection, projectItems, projectRows } from "./stages/project.ts";
import { type Smoothing, smoothingUsers } from "./stages/smooth.ts";
import type { TableTerms } from "./stages/table-maker.ts";

/** One fit on its way through the stages. */
export interface Run {
  readonly backend: Backend;
  readonly input: FitInput;
  readonly options: ResolvedOptions;
  readonly combination: Combination;
  readonly memory: MemoryPlan;
  readonly observer: Observer;
  /** Filled by the stages, modality by modality. */
  readonly states: Record<string, ModalityState>;
}

/** What the stages know of one modality so far. */
export interface ModalityState {
  readonly features: PreparedFeatures;
  clustering?: Clustering;
  /** The items where users are aggregated: projected, or the prepared features themselves. */
  items?: RowTable;
  /** Centroids in the space of `items`, K x d_m. */
  centroids?: Float32Array;
  dispose(): void;
}

/** A modality with both terms of its users. */
export interface ModalityTerms extends Omit<TableTerms, "local" | "global"> {
  readonly aggregation: Aggregation;
  readonly missing: Uint8Array | undefined;
  /** The items as an array, where they have been read from the backend already: I x d_m. */
  readonly collected?: Float32Array | undefined;
}

/** prepare: loads every modality and applies the same preparation to each. */
export async function prepareModalities(run: Run): Promise<void> {
  const names = run.options.modalities;
  const layout = layoutBlocks(run.input.train.itemCount, run.memory);
  for (const [index, name] of names.entries()) {
    await begin(run, "prepare", name, index, names.length);
    const features = await prepareFeatures(run.backend, run.input.features[name]!, {
      prepare: run.options.prepare,
      zeroRows: run.options.zeroRows,
      layout,
      modality: name,
    });
    const state: ModalityState = {
      features,
      dispose: () => {
        features.blocks.dispose();
        if (state.items !== features.blocks) state.items?.dispose();
      },
    };
    run.states[name] = state;
  }
}

/** Reads every modality's items from the backend, for the initializer. */
export async function collectItems(run: Run, terms: readonly ModalityTerms[]): Promise<ModalityTerms[]> {
  const collected: ModalityTerms[] = [];
  for (const term of terms) collected.push({ ...term, collected: await collect(run.backend, term.items) });
  return collected;
}

async function collect(backend: Backend, table: RowTable): Promise<Float32Array> {
  const data = new Float32Array(table.rows * table.columns);
  for (let block = 0; block < table.blockCount; block++) {
    const matrix = await table.load(block);
    await backend.read(matrix, 0, matrix.rows, (view) =>
      data.set(view, table.firstRow(block) * table.columns),
    );
  }
  return data;
}

/** cluster: k-means of every modality's items. */
export async function clusterModalities(run: Run): Promise<void> {
  const { seed, restarts, initSize, maxIterations, tolerance, centroids } = run.options;
  for (const [name, state] of Object.entries(run.states)) {
    const options = {
      clusters: run.options.clusters[name]!,
      seed,
      restarts,
      initSize,
      maxIterations,
      tolerance,
      start: centroids?.[name],
      gatherRows: run.memory.gatherRows,
      modality: name,
    };
    state.clustering = await kmeans(run.backend, state.features.blocks, options, run.observer);
  }
}

/**
 * combine and project: puts the items and centroids of every modality where users will be aggregated. Every step after
 * the preparation is linear, so projecting the items first gives the users' projections, at the smaller width.
 *
 * @returns The share of the squared norms that each projection keeps.
 */
export async function projectModalities(run: Run): Promise<Record<string, number | null>> {
  const { options, combination, backend, states } = run;
  const explained: Record<string, number | null> = {};
  const smoothing = smoothingOf(run);
  for (const group of combination.projectedTogether) {
    await begin(run, "project", group.join("+"), 0, 1);
    const parts = group.map((modality) => ({
      modality,
      blocks: states[modality]!.features.blocks,
      weight: group.length > 1 ? options.weights[modality]! : 1,
    }));
    if (options.project === "none") continue;
    const { project, dim, seed, damping } = options;
    const found = await fitProjection(
      backend,
      parts,
      { project, dim, seed, damping, smoothing },
      run.observer,
    );
    explained[group.join("+")] = found.explained ?? null;
    for (const { modality, blocks } of parts) {
      const state = states[modality]!;
      const matrix = await upload(backend, found.matrices[modality]!, blocks.columns, options.dim);
      try {
        state.items = await projectItems(backend, blocks, matrix, run.memory.itemBlockRows, smoothing);
        state.centroids = await projectRows(backend, state.clustering!.centroids, matrix);
      } finally {
        matrix.dispose();
      }
    }
  }
  for (const state of Object.values(states)) {
    state.items ??= state.features.blocks;
    state.centroids ??= state.clustering!.centroids;
  }
  return explained;
}

function smoothingOf({ options, input }: Run): Smoothing | undefined {
  if (options.smooth === 0) return undefined;
  return { weight: options.smooth, adjacency: adjacencyBlocks(input.train, smoothingUsers) };
}

/**
 * aggregate and fuse: both terms of every modality's users as sparse products, lambda folded in. The mean item is only
 * computed for those who get it: users and items without the modality, and users who come later (`foldsIn`).
 */
export async function aggregateUsers(
  run: Run,
  itemDegrees: Float64Array,
  foldsIn: boolean,
): Promise<ModalityTerms[]> {
  await checkpoint(run.observer, "aggregating users");
  run.observer.onProgress?.({ stage: "aggregate", done: 0, total: run.input.train.userCount });
  const terms: ModalityTerms[] = [];
  for (const [modality, state] of Object.entries(run.states)) {
    const clusters = run.options.clusters[modality]!;
    const items = state.items!;
    const { missing } = state.features.blocks;
    const aggregation = planAggregation({
      interactions: run.input.train,
      itemDegrees,
      labels: state.clustering!.labels,
      clusters,
      missing,
      normalization: run.options.normalization[modality]!,
      lambda: run.options.lambda[modality]!,
    });
    const points = new Float32Array((clusters + 1) * items.columns);
    points.set(state.centroids!);
    if (foldsIn || missing !== undefined || aggregation.fallbackUsers.length > 0) {
      points.set(await meanItem(run.backend, items, missing), clusters * items.columns);
    }
    terms.push({ modality, aggregation, items, points, clusters, missing });
  }
  return terms;
}

async function begin(run: Run, stage: Stage, modality: string, done: number, total: number): Promise<void> {
  await checkpoint(run.observer, `${stage} ${modality}`);
  run.observer.onProgress?.({ stage, modality, done, total });
}
