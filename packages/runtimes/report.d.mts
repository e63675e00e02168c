/** What a run of program.mjs reports, as the JSON that carries it from a runtime to the driver. */

import type { CaseResult } from "@wellbegun/conformance";

export type StageName = "golden" | "small" | "tiktok" | "save-load" | "train" | "conformance";

export interface StageReport {
  milliseconds?: number;
  /** Milliseconds of parts of the stage. */
  parts?: Record<string, number>;
  /** What was thrown, if the stage failed. */
  error?: string;
}

/** An array that was written to `<backend>/<name>`. Labels are int32, tables float32. */
export interface ArrayReport {
  readonly type: "float32" | "int32";
  readonly rows: number;
  /** 1 for labels. */
  readonly columns: number;
  readonly sha256: string;
}

export interface BackendReport {
  readonly name: string;
  /** Why the runtime has no such backend. */
  readonly absent?: string;
  /** Why it could not be opened, where that is a fault. */
  readonly fault?: string;
  /** Why the dataset of TikTok's size is left out. */
  slow?: string;
  device?: string;
  threads?: number;
  /** By name, which begins with the stage: "tiktok/labels/image". */
  readonly arrays: Record<string, ArrayReport>;
  readonly stages: Partial<Record<StageName, StageReport>>;
  /** Results of the conformance suite, or the absence of the device as its only one. */
  readonly cases: CaseResult[];
}

export interface RunReport {
  /** "node 20.20.2" */
  readonly runtime: string;
  /** SHA-256 of the interactions and features of the datasets. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly backends: readonly BackendReport[];
}
