/**
 * Evaluations as one HTML page: self-contained, without scripts and without the network, readable in light and dark.
 *
 * @module
 */
export type { NeighborLists } from "./figures/item-cf-heat.ts";
export type { ReportInput } from "./report.ts";
export { renderReport } from "./report.ts";
