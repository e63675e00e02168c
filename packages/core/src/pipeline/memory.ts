import type { Capabilities } from "../backend/backend.ts";
import type { BlockSizes } from "../data/block-layout.ts";
import type { FitInput } from "../data/dataset.ts";
import { idBytes } from "../data/id-bytes.ts";
import type { InteractionSource } from "../data/interaction-source.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import { refuseOption } from "../options/rows.ts";
import { kmeansBytes } from "../stages/cluster/kmeans-bytes.ts";
import { whiteningDemand } from "../stages/prepare/whiten.ts";
import { projectingDemand } from "../stages/project/fit-projection.ts";

/** How rows are laid out so that the device's limits and the caller's bound hold. */
export interface MemoryPlan extends BlockSizes {
  /** Most gathered rows of streamed blocks that are held at a time. */
  readonly gatherRows: number;
  /** Rows in a block of projected items. */
  readonly itemBlockRows: number;
  /** Most rows in a block of the tables that are made. */
  readonly tableBlockRows: number;
  /** A block of users also ends with the user whose interactions reach this number. */
  readonly tableBlockPairs: number;
}

/** Sizes that the plan is made from. */
export interface MemoryDemand {
  readonly items: number;
  readonly users: number;
  readonly interactions: number;
  /** Bytes of interactions, of IDs and of each item's degree, factors and labels, which are in memory throughout the run. */
  readonly heldBytes: number;
  /** Width of each modality. */
  readonly featureWidths: readonly number[];
  /** Width of each projected item table; empty when nothing is projected. */
  readonly itemWidths: readonly number[];
  /** Width of each table that a block of users or items is computed in. */
  readonly tableWidths: readonly number[];
  /** Most that k-means holds for each block of features: sums and centroids of every cluster, in bytes. */
  readonly clusterBytes: number;
  /** Bytes that drawing the seeds of k-means holds: a sample of the rows, those that seeds are drawn from, and their distances. */
  readonly seedBytes: number;
  /** Bytes that the iterations of k-means hold for its rows: a sample of them, labels, bounds, coordinates. */
  readonly assignmentBytes: number;
  /** Values that projecting holds besides features and projected items: for each row of a block, and in total. */
  readonly projecting: { readonly perRow: number; readonly constant: number };
  /** Width of the widest modality that is whitened, whose rows are then held twice; 0 if none is. */
  readonly whitenedWidth: number;
}

/**
 * The memory demand of a run; `width` is that of the fused table. What the caller holds counts only where the run is `bounded`:
 * IDs are measured one by one.
 */
export function memoryDemand(
  input: FitInput<InteractionSource>,
  options: ResolvedOptions,
  width: number,
  bounded: boolean,
): MemoryDemand {
  const { project, dim, smooth, clusters } = options;
  const { itemCount, userCount, interactionCount, userIds, itemIds } = input.train;
  const names = options.modalities;
  const featureWidths = names.map((name) => input.features[name]!.columns);
  const whitened = featureWidths.filter((_, index) => options.prepare[names[index]!] === "whiten");
  const clustering = names.map((name, index) =>
    kmeansBytes(itemCount, featureWidths[index]!, clusters[name]!, options),
  );
  const projectedWidths = project === "none" ? featureWidths : names.map(() => dim);
  return {
    items: itemCount,
    users: userCount,
    interactions: interactionCount,
    heldBytes: !bounded
      ? input.train.heldBytes
      : input.train.heldBytes + idBytes(userIds) + idBytes(itemIds) + itemCount * heldItemBytes(names.length),
    featureWidths,
    itemWidths: project === "none" ? [] : projectedWidths,
    tableWidths: [width, ...projectedWidths],
    clusterBytes: Math.max(...names.map((name, index) => 12 * clusters[name]! * featureWidths[index]!)),
    seedBytes: Math.max(...clustering.map(({ seeding }) => seeding)),
    assignmentBytes: Math.max(...clustering.map(({ iterating }) => iterating)),
    projecting: projectingDemand(
      project,
      featureWidths,
      dim,
      smooth === 0 ? undefined : { users: userCount, items: itemCount, interactions: interactionCount },
      options.combine === "cca" ? itemCount : 0,
    ),
    whitenedWidth: Math.max(0, ...whitened),
  };
}

/**
 * Refuses a sample of k-means that would take more than half of the memory.
 *
 * @param widths Columns of each modality.
 * @throws {WellbegunError} `invalid-option`.
 */
export function expectSampleFits(
  sizes: Pick<ResolvedOptions, "initSize" | "sampleSize">,
  items: number,
  widths: readonly number[],
  memory: number = Number.POSITIVE_INFINITY,
): void {
  const most = Math.floor(memory / 2 / (4 * Math.max(...widths)));
  for (const name of ["initSize", "sampleSize"] as const) {
    const size = sizes[name] ?? 0;
    // All items are not copied.
    if (size <= most || size >= items) continue;
    refuseOption(name, `at most ${most} items, whose features take half of the memory`, `${size}`);
  }
}

/** Bytes for each item: its degree (float64); and by modality its label, its factor on the host and on the backend, its norm, and whether it is missing. */
function heldItemBytes(modalities: number): number {
  return 8 + modalities * (4 + 4 + 4 + 8 + 1);
}

/** Largest share of the remaining memory (after what is held, the items and the projection) for each kind of streamed block. */
const blockShare = 1 / 10;
/** Least share of the budget that counts as remaining: blocks of single rows would take hours where nearly all is held. */
const leastLeft = 1 / 8;
/** Bytes. Larger blocks of tables are not faster, and exceed the processor's cache. */
const largestTableBlock = 8 * 2 ** 20;
/**
 * Bytes. Larger blocks of features are not faster, and are evicted from the cache between reading, preparation
 * and use.
 */
const largestStreamedBlock = 4 * 2 ** 20;
/** Largest share of a streamed block's size for the data that k-means holds for each block. */
const clusterShare = 1 / 16;
/**
 * Bytes for each interaction of a block besides the matrices: both sparse terms, on the host and on the backend, and what
 * is cut out of them for streamed rows.
 */
const pairBytes = 40;
/** Bytes. More interactions in a block are not faster. */
const largestPairs = 32 * 2 ** 20;
/** Least interactions in a block, below which the work for each block counts. */
const leastPairs = 256;
/**
 * Bytes that a runtime itself takes (Node 24 more than Node 20), and bytes for each thread; at most a sixth of
 * the budget.
 */
const runtimeBytes = 148 * 2 ** 20;
const threadBytes = 40 * 2 ** 20;

/**
 * Plans within `memory` bytes (default: no bound) and the backend's own limits. The plan counts the backend's
 * matrices and the stages' own arrays, but not arrays in which a result is collected. Resident rows are one
 * block where the largest matrix allows; streamed blocks are small. As many features as fit are resident.
 */
export function planMemory(
  demand: MemoryDemand,
  capabilities: Capabilities,
  memory: number = Number.POSITIVE_INFINITY,
): MemoryPlan {
  const budget = Math.min(memory, capabilities.maxTotalBytes ?? Number.POSITIVE_INFINITY);
  const largest = capabilities.maxMatrixBytes ?? Number.POSITIVE_INFINITY;
  const featureWidth = sum(demand.featureWidths);
  const { whitenedWidth } = demand;
  const { perRow } = demand.projecting;
  const constant = Math.max(demand.projecting.constant, whiteningDemand(whitenedWidth));
  const rowBytes = 4 * (featureWidth + Math.max(perRow, whitenedWidth));
  const streamedWidth = featureWidth + perRow + whitenedWidth;
  const itemBytes = 4 * demand.items * sum(demand.itemWidths);
  const left = budget - itemBytes - 4 * constant - demand.heldBytes;
  const share = Math.max(left, budget * leastLeft) * blockShare;
  const passing = Math.min(share, largestTableBlock);
  const streamed = Math.min(share, Math.max(largestStreamedBlock, demand.clusterBytes / clusterShare));
  const rows = (count: number, bytes: number, width: number): number =>
    Math.max(1, Math.min(count, Math.floor(bytes / (4 * Math.max(1, width)))));
  const widest = rows(demand.items, largest, Math.max(...demand.featureWidths, perRow));
  const streamedBlockRows = Math.min(widest, rows(demand.items, streamed, streamedWidth));

  const pairs = Math.max(leastPairs, Math.floor(Math.min(share, largestPairs) / pairBytes));
  const beside =
    pairBytes * Math.min(pairs, demand.interactions) +
    Math.min(budget / 6, runtimeBytes + threadBytes * ((capabilities.threads ?? 1) - 1));
  // What the seeds are drawn with is freed before the iterations, and what these hold before the two alternating table blocks and
  // the block of gathered rows (two where they are whitened) exist, so the largest counts.
  const passed = (whitenedWidth > 0 ? 4 : 3) * passing;
  const room = left - beside - Math.max(passed, demand.seedBytes, demand.assignmentBytes);
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
    tableBlockPairs: pairs,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
