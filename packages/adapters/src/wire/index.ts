/**
 * From a bundle to one model: which table goes into which parameter, in which order and width, and the command that
 * trains from it. Files are written by `writeWire` of `@wellbegun/adapters/node`.
 *
 * @module
 */

export { artifactName, WIRE_FILE, WIRE_FORMAT, WIRE_VERSION } from "./artifact.ts";
export { programPath, type TrainingRun, trainingCommand } from "./command.ts";
export { planWire } from "./plan.ts";
export type {
  WiredTables,
  WireFile,
  WireOptions,
  WireParameter,
  WirePlan,
  WireRows,
  WireSource,
} from "./types.ts";
