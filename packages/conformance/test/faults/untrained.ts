import type { Fault } from "./fault.ts";

/** What only tables without training might show. */
export const untrainedFaults: readonly Fault[] = [
  {
    operation: "untrained",
    name: "one entry of a Gram matrix is too large by one in a hundred",
    change: (good) => ({
      gram: async (x) => {
        const gram = await good.gram(x);
        gram[0]! *= 1.01;
        return gram;
      },
    }),
  },
  {
    operation: "untrained",
    name: "norms of rows are too large by one in ten thousand",
    change: (good) => ({
      rowNorms: async (x) => (await good.rowNorms(x)).map((norm) => norm * 1.0001),
    }),
  },
];
