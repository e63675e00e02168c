import {
  datePattern,
  expectedTime,
  type LogOptions,
  resolveLog,
  splitLabels,
} from "@wellbegun/adapters/columns";
import { type RecordedOptions, type Report, type Scale, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";

/** Name of the plan in the job's folder. */
export const PLAN_FILE = "plan.json";
/** Name of the program that `spark-submit` runs. */
export const PROGRAM_FILE = "job.py";
/** Name of the initializer of the plan, before the degrees of items and the scale of the tables are known. */
export const INITIALIZER_FILE = "initializer.bin";
/** The value of `format` in every plan. */
export const PLAN_FORMAT = "wellbegun-spark-job";

/** The formats of a log that the job reads. */
export type LogFormat = "parquet" | "csv" | "json";

/** The log of interactions, which the job reads; the planner does not open it. */
export interface SparkLog extends Pick<LogOptions, "userColumn" | "itemColumn" | "weightColumn" | "split"> {
  /** Paths, patterns or URIs that Spark can read, all of one format. */
  readonly files: string | readonly string[];
  /** Default: by the files' endings: `.csv`, `.jsonl`, `.ndjson` or `.json`; any other ending is Parquet. */
  readonly format?: LogFormat | undefined;
  /** How the weights of repeated pairs of user and item are combined. Default: `max`. */
  readonly duplicates?: "max" | "sum" | undefined;
}

const logNames = namesOf<SparkLog>({
  userColumn: true,
  itemColumn: true,
  weightColumn: true,
  split: true,
  files: true,
  format: true,
  duplicates: true,
});

/** Which rows are train rows; users of other rows get the mean item. */
export type JobSplit =
  | { readonly by: "label"; readonly column: string; readonly train: string[]; readonly heldOut: string[] }
  | {
      readonly by: "time";
      readonly column: string;
      readonly dates: boolean;
      /** Train rows are before this time, in milliseconds for dates. */
      readonly before: number;
      /** The regular expression of dates as text. */
      readonly pattern: string;
      /** What the column should hold, for errors. */
      readonly expected: string;
    };

/** The log as the plan states it. */
export interface JobLog {
  readonly files: readonly string[];
  readonly format: LogFormat;
  readonly userColumn: string;
  readonly itemColumn: string;
  readonly weightColumn: string | null;
  readonly split: JobSplit | null;
  readonly duplicates: "max" | "sum";
}

/** A modality's part of the users: weight x (lambda x local + (1 - lambda) x global), from `column` on. */
export interface PlannedModality {
  readonly name: string;
  /** Names of the tables in the job's folder. `missing` is null if every item has the modality. */
  readonly items: string;
  readonly points: string;
  readonly labels: string;
  readonly missing: string | null;
  readonly columns: number;
  readonly column: number;
  readonly weight: number;
  readonly lambda: number;
  readonly normalization: "sym" | "mean";
}

/** What `plan.json` holds. */
export interface JobPlan {
  readonly format: typeof PLAN_FORMAT;
  readonly version: 1;
  readonly log: JobLog;
  /** `ids` is the file of raw IDs, null if they are the row numbers. */
  readonly items: { readonly count: number; readonly ids: string | null; readonly kind: "text" | "number" };
  readonly dim: number;
  /** Whether the job divides each row by its norm. Any other scale is one factor, applied when parts are collected. */
  readonly unit: boolean;
  readonly scale: Scale;
  readonly modalities: readonly PlannedModality[];
  readonly options: RecordedOptions;
  readonly report: Pick<Report, "clusters" | "explained">;
}

/**
 * The log's part of a plan.
 *
 * @throws {WellbegunError} `invalid-option` for an option with an invalid value, or that the job cannot follow.
 */
export function planLog(log: SparkLog, doing: string): JobLog {
  refuseUnknownKeys(doing, log, logNames);
  const files = typeof log.files === "string" ? [log.files] : log.files;
  const { userColumn, itemColumn, weightColumn, split, duplicates } = resolveLog(log, doing);
  if (duplicates === "last") throw refused(doing, "max or sum", "last", "option duplicates");
  if (files.length === 0) throw refused(doing, "at least one path", "none", "option files");
  return {
    files,
    format: log.format ?? formatOf(files[0]!),
    userColumn,
    itemColumn,
    weightColumn: weightColumn ?? null,
    split: split === undefined ? null : jobSplit(split),
    duplicates,
  };
}

function jobSplit(split: NonNullable<ReturnType<typeof resolveLog>["split"]>): JobSplit {
  const { column } = split;
  if (split.by === "time") {
    const before = Math.min(split.validationFrom, split.testFrom);
    const { dates } = split;
    return { by: "time", column, dates, before, pattern: datePattern, expected: expectedTime(dates) };
  }
  const labels = Object.keys(splitLabels);
  const isTrain = (label: string): boolean => splitLabels[label] === 0;
  return {
    by: "label",
    column,
    train: labels.filter(isTrain),
    heldOut: labels.filter((label) => !isTrain(label)),
  };
}

function formatOf(path: string): LogFormat {
  if (path.endsWith(".csv")) return "csv";
  return /\.(jsonl|ndjson|json)$/.test(path) ? "json" : "parquet";
}

function refused(doing: string, expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing, expected, found, at });
}
