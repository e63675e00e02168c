import type { Stage, StageTimes } from "@wellbegun/core";

/** Adds up milliseconds by stage. */
export interface StageClock {
  readonly times: StageTimes;
  /** Runs the work of a stage and counts its time. */
  measure<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
  /** Counts times that were taken elsewhere, such as those of a fit. */
  add(times: StageTimes): void;
}

/** A clock at zero. */
export function stageClock(): StageClock {
  const times: Partial<Record<Stage, number>> = {};
  const count = (stage: Stage, time: number): void => {
    times[stage] = (times[stage] ?? 0) + time;
  };
  return {
    times,
    measure: async (stage, work) => {
      const begun = performance.now();
      const result = await work();
      count(stage, performance.now() - begun);
      return result;
    },
    add: (others) => {
      for (const [stage, time] of Object.entries(others)) count(stage as Stage, time);
    },
  };
}
