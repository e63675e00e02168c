/**
 * Evaluations and trainings as HTML pages: self-contained, without scripts and without the network, readable in light and dark.
 *
 * @module
 */
export type { CurvePoint, TrainingCurve } from "./figures/curves.ts";
export type { NeighborLists } from "./figures/item-cf-heat.ts";
export type { ReportInput } from "./report.ts";
export { renderReport } from "./report.ts";
export type { TrainingReportInput } from "./training-report.ts";
export { renderTrainingReport } from "./training-report.ts";
