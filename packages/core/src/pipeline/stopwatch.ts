import type { Stage } from "../progress.ts";

/** Milliseconds by stage, in the order in which the stages first ran. */
export type StageTimes = Readonly<Partial<Record<Stage, number>>>;

/** Adds up the time that stages take. */
export interface Stopwatch {
  measure<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
  stages(): StageTimes;
}

/** A stopwatch at zero. */
export function createStopwatch(): Stopwatch {
  const times: Partial<Record<Stage, number>> = {};
  return {
    measure: async (stage, work) => {
      const start = performance.now();
      try {
        return await work();
      } finally {
        times[stage] = (times[stage] ?? 0) + performance.now() - start;
      }
    },
    stages: () => times,
  };
}
