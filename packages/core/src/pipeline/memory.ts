import type { Capabilities } from "../backend/backend.ts";
import type { BlockSizes } from "../data/block-layout.ts";
import type { FitInput } from "../data/dataset.ts";
import type { ResolvedOptions } from "../options.ts";
import { projectingDemand } from "../stages/project/fit-projection.ts";

/** How rows are laid out so that the device's limits and the caller's bound hold. */
export interface MemoryPlan extends BlockSizes {
  /** Of streamed rows that are gathered, at most so many are held at a time. */
  readonly gatherRows: number;
  /** Rows in a block of projected items. */
  readonly itemBlockRows: number;
  /** Rows in a block of the tables that are made. */
  readonly tableBlockRows: number;
}

/** Sizes that the plan is made from. */
export interface MemoryDemand {
  readonly items: number;
  readonly users: number;
  readonly interactions: number;
  /** Width of each modality. */
  readonly featureWidths: readonly number[];
  /** Width of each projected item table; empty when nothing is projected. */
  readonly itemWidths: readonly number[];
  /** Width of each table that a block of users or items is computed in. */
  readonly tableWidths: readonly number[];
  /** Most that k-means holds for each block of features: sums and centroids of every cluster, in bytes. */
  readonly clusterBytes: number;
  /** Bytes of the rows that k-means draws its seeds from, where these are a copy. */
  readonly seedBytes: number;
  /** What projecting holds beside features and projected items: values for each row of a block, and in all. */
  readonly projecting: { readonly perRow: number; readonly constant: number };
}

/** Sizes up a run; `width` is that of the fused table. */
export function memoryDemand(input: FitInput, options: ResolvedOptions, width: number): MemoryDemand {
  const { project, dim, smooth, clusters, initSize = 0 } = options;
  const { itemCount, userCount, items } = input.train;
  const names = options.modalities;
  const featureWidths = names.map((name) => input.features[name]!.columns);
  const projectedWidths = project === "none" ? featureWidths : names.map(() => dim);
  return {
    items: itemCount,
    users: userCount,
    interactions: items.length,
    featureWidths,
    itemWidths: project === "none" ? [] : projectedWidths,
    tableWidths: [width, ...projectedWidths],
    clusterBytes: Math.max(...names.map((name, index) => 12 * clusters[name]! * featureWidths[index]!)),
    seedBytes: 4 * Math.min(initSize, itemCount) * Math.max(...featureWidths),
    projecting: projectingDemand(
      project,
      featureWidths,
      dim,
      smooth === 0 ? undefined : { users: userCount, items: itemCount, interactions: items.length },
    ),
  };
}

/** Largest share for each kind of block that comes and goes, of what the items and the projection leave. */
const blockShare = 1 / 10;
/** Larger blocks of tables gain nothing, and leave the processor's cache. */
const largestTableBlock = 8 * 2 ** 20;
/** Larger blocks of features gain nothing, and leave the cache between being read, prepared and used. */
const largestStreamedBlock = 4 * 2 ** 20;
/** Of a block of streamed features, what k-means holds for each block may be at most this share. */
const clusterShare = 1 / 16;
/** Bytes for each interaction and user that lie beside the matrices: both sparse terms, here and on the backend. */
const interactionBytes = 24;
const userBytes = 32;
/** What a runtime takes for itself (Node 24 more than 20), and each thread more; at most a sixth of what there is. */
const runtimeBytes = 148 * 2 ** 20;
const threadBytes = 40 * 2 ** 20;

/**
 * Plans within `memory` bytes (default: no bound) and the backend's own limits. What the backend holds is counted, and
 * what the stages hold beside it; arrays that a result is collected in come on top. What stays on the backend stays in
 * one block where the largest matrix allows; what comes and goes is small. As many features stay as there is room for.
 */
export function planMemory(
  demand: MemoryDemand,
  capabilities: Capabilities,
  memory: number = Number.POSITIVE_INFINITY,
): MemoryPlan {
  const budget = Math.min(memory, capabilities.maxTotalBytes ?? Number.POSITIVE_INFINITY);
  const largest = capabilities.maxMatrixBytes ?? Number.POSITIVE_INFINITY;
  const featureWidth = sum(demand.featureWidths);
  const { perRow, constant } = demand.projecting;
  const rowBytes = 4 * (featureWidth + perRow);
  const itemBytes = 4 * demand.items * sum(demand.itemWidths);
  const left = budget - itemBytes - 4 * constant;
  const passing = Math.min(left * blockShare, largestTableBlock);
  const streamed = Math.min(
    left * blockShare,
    Math.max(largestStreamedBlock, demand.clusterBytes / clusterShare),
  );
  const rows = (count: number, bytes: number, width: number): number =>
    Math.max(1, Math.min(count, Math.floor(bytes / (4 * Math.max(1, width)))));
  const widest = rows(demand.items, largest, Math.max(...demand.featureWidths, perRow));
  const streamedBlockRows = Math.min(widest, rows(demand.items, streamed, featureWidth + perRow));

  const beside =
    Math.min(budget / 4, interactionBytes * demand.interactions + userBytes * demand.users) +
    Math.min(budget / 6, runtimeBytes + threadBytes * ((capabilities.threads ?? 1) - 1));
  // Before two blocks of a table that take turns and one of gathered rows, there are the rows that seeds are drawn from.
  const room = left - (Number.isFinite(budget) ? beside : 0) - Math.max(3 * passing, demand.seedBytes);
  const fits = demand.items * rowBytes + demand.clusterBytes <= room;
  // A block of the full height, and the last one.
  const streaming = 2 * streamed + demand.clusterBytes * Math.ceil(demand.items / streamedBlockRows);
  return {
    residentRows: fits ? demand.items : Math.max(0, Math.floor((room - streaming) / rowBytes)),
    residentBlockRows: widest,
    streamedBlockRows,
    gatherRows: Math.min(widest, rows(demand.items, passing, Math.max(...demand.featureWidths))),
    itemBlockRows: rows(demand.items, largest, Math.max(0, ...demand.itemWidths)),
    tableBlockRows: rows(
      Math.max(demand.users, demand.items),
      Math.min(largest, passing),
      sum(demand.tableWidths),
    ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
