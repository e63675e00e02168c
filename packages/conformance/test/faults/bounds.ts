import { type Flaw, hamerly } from "../hamerly.ts";
import type { Fault } from "./fault.ts";

const flaws: readonly Flaw[] = [
  "upper bounds do not rise",
  "lower bounds do not fall",
  "lower bounds fall by the own centroid's movement",
  "lower bounds fall by the second largest movement",
  "the distance between centroids is not halved",
  "bounds that meet count as apart",
  "bounds are kept by the backend and not by the assignment",
];

export const boundFaults: readonly Fault[] = flaws.map((flaw) => {
  return { operation: "assign", name: flaw, change: (good) => hamerly(good, flaw) };
});
