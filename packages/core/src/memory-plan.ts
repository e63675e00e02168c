import type { Capabilities } from "./backend/backend.ts";

/** How rows are laid out so that the device's limits and the caller's bound hold. */
export interface MemoryPlan {
  /** Whether features stay on the backend; else they are read again for each pass. */
  readonly featuresResident: boolean;
  /** Rows in a block of features. */
  readonly featureBlockRows: number;
  /** Rows in a block of projected items. */
  readonly itemBlockRows: number;
  /** Whether the user tables stay on the backend until they are scaled; else they are computed twice. */
  readonly usersResident: boolean;
  /** Rows in a block of users. */
  readonly userBlockRows: number;
}

/** Sizes that the plan is made from. */
export interface MemoryDemand {
  readonly items: number;
  readonly users: number;
  /** Width of each modality. */
  readonly featureWidths: readonly number[];
  /** Width of each projected item table; empty when nothing is projected. */
  readonly itemWidths: readonly number[];
  /** Width of each user table that is made. */
  readonly userWidths: readonly number[];
}

/** Share of the budget that one block takes. Stages make copies of blocks beside what stays on the backend. */
const blockShare = 1 / 16;

/**
 * Plans within `memory` bytes (default: no bound) and the backend's own limits. Only what the backend holds is
 * counted: arrays that a result is collected in come on top.
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
  const userBytes = 4 * demand.users * sum(demand.userWidths);
  const featuresResident = featureBytes + itemBytes <= budget / 2;
  const heldFeatures = featuresResident ? featureBytes : 0;
  const usersResident = userBytes <= budget / 2 && heldFeatures + itemBytes + userBytes <= budget * 0.9;
  const limit = Math.min(largest, budget * blockShare);
  const rows = (count: number, width: number): number =>
    Math.max(1, Math.min(count, Math.floor(limit / (4 * Math.max(1, width)))));
  return {
    featuresResident,
    // Blocks of all modalities stand side by side where axes are found and where items are combined.
    featureBlockRows: rows(demand.items, sum(demand.featureWidths)),
    itemBlockRows: rows(demand.items, Math.max(0, ...demand.itemWidths)),
    usersResident,
    userBlockRows: rows(demand.users, Math.max(...demand.userWidths)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
