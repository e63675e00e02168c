/**
 * Data about the recommenders that the tables go into: for each codebase and model, which parameter holds user
 * vectors, how wide it is, how its rows are ordered, and which random initialization the vectors replace.
 *
 * @module
 */
export { codebases, findTarget, type Target, targetNames } from "./find.ts";
export { initRms } from "./init-rms.ts";
export { targetsMarkdown } from "./markdown.ts";
export type {
  Codebase,
  CodebaseName,
  FileTarget,
  ModelTarget,
  ParameterTarget,
  RandomInit,
  RowOrder,
  WidthRule,
} from "./types.ts";
