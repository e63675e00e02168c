import { WellbegunError } from "@wellbegun/core";
import type { Fault } from "./fault.ts";

/** Faults of every operation alike: what should be refused is accepted, or refused with another code. */
export const misuseFaults: readonly Fault[] = (
  [
    "columnMoments",
    "transformRows",
    "scaleRows",
    "addScaled",
    "multiply",
    "multiplySparse",
    "squaredDistances",
    "assign",
    "assignedDistances",
    "topK",
  ] as const
).map((operation): Fault => {
  return {
    operation,
    name: "wrong shapes and released handles are refused with another code",
    change: (good) => ({
      [operation]: async (...input: readonly unknown[]) => {
        try {
          return await Reflect.apply(good[operation], good, input);
        } catch (cause) {
          throw new WellbegunError("io", { doing: operation, expected: "success", found: "an error", cause });
        }
      },
    }),
  };
});
