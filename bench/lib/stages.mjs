/** The stages that both sides share: each side names the parts of some of them by itself. */

/** @type {Readonly<Record<string, readonly string[]>>} */
const parts = {
  load: ["load"],
  prepare: ["prepare"],
  cluster: ["cluster"],
  project: ["concat", "project"],
  aggregate: ["local", "global", "fuse", "aggregate"],
  export: ["scale", "export", "write"],
};

/** In the order in which data passes through them; `other` is what no stage claims. */
export const stageNames = [...Object.keys(parts), "other"];

/**
 * Seconds by stage of every run that a process made.
 * @param {{ seconds: Record<string, number[]>, end_to_end_seconds: number[] }} output
 * @returns {Record<string, number>[]}
 */
export function stagesOf({ seconds, end_to_end_seconds: totals }) {
  return totals.map((total, run) => {
    const entries = Object.entries(parts).map(
      ([stage, names]) =>
        /** @type {const} */ ([stage, names.reduce((sum, name) => sum + (seconds[name]?.[run] ?? 0), 0)]),
    );
    const claimed = entries.reduce((sum, [, value]) => sum + value, 0);
    return { ...Object.fromEntries(entries), other: total - claimed };
  });
}
