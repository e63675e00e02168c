import {
  createTable,
  type Interactions,
  interactionsFromArrays,
  type ScoringTables,
  type Table,
} from "@wellbegun/core";
import fc from "fast-check";

/** A stream of numbers for tests, with no relation to core's own generator (mulberry32). */
export function numbers(seed: number) {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, below: (bound: number): number => Math.floor(uniform() * bound) };
}

/** Every user's items from lists. */
export function toInteractions(lists: readonly (readonly number[])[], itemCount: number): Interactions {
  const users = lists.flatMap((list, user) => list.map(() => user));
  return interactionsFromArrays({ users, items: lists.flat(), userCount: lists.length, itemCount });
}

export function listOf({ offsets, items }: Interactions, user: number): number[] {
  return [...items.subarray(offsets[user], offsets[user + 1])];
}

export function rowsOf(data: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: data.length / columns }, (_, r) =>
    Array.from({ length: columns }, (_, c) => data[r * columns + c]!),
  );
}

/** Values of no structure, about -1 to 1. */
export function table(rows: number, columns: number, seed: number): Float32Array {
  const { uniform } = numbers(seed);
  return Float32Array.from({ length: rows * columns }, () => 2 * uniform() - 1);
}

export interface Task {
  readonly tables: ScoringTables;
  readonly train: Interactions;
  readonly validation: Interactions;
  readonly test: Interactions;
}

/** Small whole numbers as vectors, so that scores are exact and often equal; splits do not overlap. */
export function randomTask(users: number, items: number, columns: number, seed: number): Task {
  const random = numbers(seed);
  const small = (rows: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, () => random.below(5) - 2);
  const lists: number[][][] = [[], [], []];
  for (let u = 0; u < users; u++) {
    const own: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < items; i++) {
      const draw = random.uniform() * items;
      if (draw < 4) own[0].push(i);
      else if (draw < 6) own[1].push(i);
      else if (draw < 8) own[2].push(i);
    }
    for (const [split, list] of own.entries()) lists[split]!.push(list);
  }
  const [train, validation, test] = lists.map((list) => toInteractions(list, items));
  const tables = scoringTables(small(users), small(items), columns);
  return { tables, train: train!, validation: validation!, test: test! };
}

/** A pair of tables over arrays, without IDs. */
export function scoringTables(users: Float32Array, items: Float32Array, columns: number): ScoringTables {
  const table = (data: Float32Array): Table => createTable(data, data.length / columns, columns);
  return { users: table(users), items: table(items) };
}

/** The rows of a table. */
export function tableRows({ data, columns }: Table): number[][] {
  return rowsOf(data, columns);
}

export const tasks: fc.Arbitrary<Task> = fc
  .tuple(
    fc.integer({ min: 1, max: 14 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 4 }),
    fc.nat(1e6),
  )
  .map((shape) => randomTask(...shape));

export const seeded = { seed: 20_261_121, numRuns: 60 } as const;
