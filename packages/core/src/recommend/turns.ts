import type { Table } from "../data/table.ts";
import { isWatched, type Observer } from "../progress.ts";

/** Multiplications between two turns of the event loop: some 15 ms of one core with `wasm`, 0.2 s with `cpu`. */
const turnProducts = 2 ** 27;
/** Smaller blocks cost more: each call prepares the items anew. */
const leastUsers = 64;

/** Users that are ranked at a time: so few that the event loop turns where somebody watches, else any number. */
export function usersOfTurn(observer: Observer, { rows, columns }: Pick<Table, "rows" | "columns">): number {
  if (!isWatched(observer)) return Number.POSITIVE_INFINITY;
  return Math.max(leastUsers, Math.floor(turnProducts / Math.max(1, rows * columns)));
}
