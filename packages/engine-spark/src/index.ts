/**
 * User vectors on a Spark cluster: {@link planJob} writes a folder that `spark-submit` runs, and {@link collectJob} makes
 * the bundle from what the job wrote.
 *
 * @module
 */
export type { CollectOptions } from "./collect.ts";
export { collectJob } from "./collect.ts";
export type { JobLog, JobPlan, JobSplit, LogFormat, PlannedModality, SparkLog } from "./plan.ts";
export type { JobInput, PlanOptions } from "./plan-job.ts";
export { planJob } from "./plan-job.ts";
