import type { Backend } from "@wellbegun/core";
import type { TrainingOperations } from "@wellbegun/core/backend";

/** A backend and its operations of training. */
export interface Device {
  readonly backend: Backend;
  readonly operations: TrainingOperations;
}
