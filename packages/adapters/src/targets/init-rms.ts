import type { RandomInit } from "./types.ts";

/**
 * The root mean square that a random initialization gives a table of `rows` x `columns`; undefined if it is not
 * known. Xavier, uniform or normal: sqrt(2 / (rows + columns)) (Glorot and Bengio 2010, equation 16). A uniform
 * distribution on low .. high: sqrt((low² + low high + high²) / 3).
 *
 * @param width The embedding size, by which some codebases divide. Default: `columns`.
 */
export function initRms(
  init: RandomInit,
  rows: number,
  columns: number,
  width: number = columns,
): number | undefined {
  if (init.kind === "xavier") return Math.sqrt(2 / (rows + columns));
  if (init.kind === "normal") return init.std;
  if (init.kind === "other") return undefined;
  const { low, high } = init;
  return Math.sqrt((low * low + low * high + high * high) / 3) / (init.perWidth === true ? width : 1);
}
