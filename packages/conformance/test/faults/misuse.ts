import { WellbegunError } from "@wellbegun/core";
import type { Fault } from "./fault.ts";

const refusals: readonly Fault[] = (
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

/** What a backend answers that takes another one's handle for its own. */
function taken<T>(result: Promise<T>, otherwise: T): Promise<T> {
  return result.catch((error: unknown) => {
    if (error instanceof WellbegunError && /another backend/.test(error.message)) return otherwise;
    throw error;
  });
}

/** Faults of every operation alike: what should be refused is accepted, or refused with another code. */
export const misuseFaults: readonly Fault[] = [
  ...refusals,
  {
    operation: "multiply",
    name: "a matrix of another backend is taken",
    change: (good) => ({ multiply: (...input) => taken(good.multiply(...input), undefined) }),
  },
  {
    operation: "assign",
    name: "an assignment of another backend is taken",
    change: (good) => ({
      assign: (...input) =>
        taken(good.assign(...input), {
          changed: 0,
          sums: new Float64Array(input[2].length),
          counts: new Uint32Array(2),
        }),
    }),
  },
];
