import type { Fault } from "./fault.ts";

export const rankingFaults: readonly Fault[] = [
  {
    operation: "topK",
    name: "exclusions are ignored",
    change: (good) => ({ topK: (users, items, k) => good.topK(users, items, k) }),
  },
  {
    operation: "topK",
    name: "exclusions are taken to be sorted and to start at 0",
    change: (good) => ({
      topK: (users, items, k, exclude) => {
        if (exclude === undefined) return good.topK(users, items, k);
        return good.topK(users, items, k, {
          ...exclude,
          offsets: exclude.offsets.map((o) => o - exclude.offsets[0]!),
        });
      },
    }),
  },
  {
    operation: "topK",
    name: "empty places hold item 0",
    change: (good) => ({
      topK: async (...input) => {
        const best = await good.topK(...input);
        return { ...best, items: best.items.map((item) => Math.max(0, item)) };
      },
    }),
  },
  {
    operation: "topK",
    name: "ties go to the highest item",
    change: (good) => ({
      topK: async (users, items, k, exclude) => {
        const best = await good.topK(users, items, k, exclude);
        const order = best.items.slice();
        for (let u = 0; u < users.rows; u++) {
          const row = Array.from({ length: k }, (_, j) => u * k + j);
          row.sort((a, b) => best.scores[b]! - best.scores[a]! || best.items[b]! - best.items[a]!);
          for (let j = 0; j < k; j++) order[u * k + j] = best.items[row[j]!]!;
        }
        return { ...best, items: order };
      },
    }),
  },
  {
    operation: "topK",
    name: "scores stand in no order",
    change: (good) => ({
      topK: async (...input) => {
        const { items, scores } = await good.topK(...input);
        return { items: items.toReversed(), scores: scores.toReversed() };
      },
    }),
  },
];
