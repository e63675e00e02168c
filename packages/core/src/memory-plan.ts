import type { Capabilities } from "./backend/backend.ts";

/** How rows are laid out so that the device's limits and the caller's bound hold. */
export interface MemoryPlan {
  /** Whether features stay on the backend; else they are read again for each pass. */
  readonly featuresResident: boolean;
  /** Rows in a block of features. */
  readonly featureBlockRows: number;
  /** Rows in a block of projected items. */
  readonly itemBlockRows: number;
  /** Rows in a block of the tables that are made. */
  readonly tableBlockRows: number;
}

/** Sizes that the plan is made from. */
export interface MemoryDemand {
  readonly items: number;
  readonly users: number;
  /** Width of each modality. */
  readonly featureWidths: readonly number[];
  /** Width of each projected item table; empty when nothing is projected. */
  readonly itemWidths: readonly number[];
  /** Width of each table that a block of users or items is computed in. */
  readonly tableWidths: readonly number[];
  /** What projecting holds beside features and projected items: values for each row of a block, and in all. */
  readonly projecting: { readonly perRow: number; readonly constant: number };
}

/** Share of the budget that is left to blocks that come and go; they hold copies beside what stays. */
const blockShare = 1 / 16;
/** Larger blocks of the tables gain nothing, and leave the processor's cache. */
const largestTableBlock = 8 * 2 ** 20;

/**
 * Plans within `memory` bytes (default: no bound) and the backend's own limits. Only what the backend holds is
 * counted: arrays that a result is collected in come on top. What stays on the backend stays in one block where the
 * largest matrix allows; what comes and goes shares a sixteenth of the budget.
 */
export function planMemory(
  demand: MemoryDemand,
  capabilities: Capabilities,
  memory: number = Number.POSITIVE_INFINITY,
): MemoryPlan {
  const budget = Math.min(memory, capabilities.maxTotalBytes ?? Number.POSITIVE_INFINITY);
  const largest = capabilities.maxMatrixBytes ?? Number.POSITIVE_INFINITY;
  const featureBytes = 4 * demand.items * sum(demand.featureWidths);
  const itemBytes = 4 * demand.items * sum(demand.itemWidths);
  const passing = budget * blockShare;
  const projectingBytes = 4 * (demand.items * demand.projecting.perRow + demand.projecting.constant);
  const featuresResident = featureBytes + projectingBytes + itemBytes + passing <= budget;
  const rows = (count: number, bytes: number, width: number): number =>
    Math.max(1, Math.min(count, Math.floor(bytes / (4 * Math.max(1, width)))));
  const widest = Math.max(...demand.featureWidths, demand.projecting.perRow);
  return {
    featuresResident,
    // A streamed pass holds a block of every modality and what is computed from it, within all that nothing else takes.
    featureBlockRows: Math.min(
      rows(demand.items, largest, widest),
      featuresResident
        ? demand.items
        : rows(
            demand.items,
            Math.max(passing, (budget - itemBytes - 4 * demand.projecting.constant) / 4) / 2,
            sum(demand.featureWidths) + demand.projecting.perRow,
          ),
    ),
    itemBlockRows: rows(demand.items, largest, Math.max(0, ...demand.itemWidths)),
    tableBlockRows: rows(
      Math.max(demand.users, demand.items),
      Math.min(largest, passing, largestTableBlock),
      sum(demand.tableWidths),
    ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
