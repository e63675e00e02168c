import { type Backend, type Interactions, WellbegunError } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { upload } from "@wellbegun/core/stages";
import { createRandom } from "@wellbegun/core/support";
import {
  COLD_ITEM_DEGREE,
  coOccurrenceNeighbors,
  popularityGroups,
  userMetrics,
} from "@wellbegun/evaluation";
import type { TrialTables } from "./trial-cache.ts";

/**
 * The quantity that a search maximizes on the validation rows:
 *
 * - `recall`: Recall@K of the zero-shot protocol, all items competing.
 * - `cold-items`: the same, but only items with at most 2 train interactions are to be found.
 * - `item-cf`: Recall@K of the items nearest by co-occurrence in the train rows among those nearest by vectors;
 *   it judges only the item table and reads no held-out row.
 */
export type Objective = "recall" | "cold-items" | "item-cf";

/** All objectives, for command lines. */
export const objectives: readonly Objective[] = ["recall", "cold-items", "item-cf"];

/** An objective on a dataset, which judges tables unit by unit (a unit is a user, or an item for `item-cf`). */
export interface Judge {
  /** Row of each unit in the tables of all users (or items), in the seeded random order in which they are judged. */
  readonly units: Uint32Array;
  /** The held-out and the masked items, by row of `units`. */
  readonly wanted: { readonly offsets: Uint32Array; readonly items: Uint32Array };
  readonly seen: Interactions;
  /** Whether units are users; otherwise they are items. */
  readonly ofUsers: boolean;
}

/**
 * Prepares an objective. The order of the units is drawn by the seed, so that any first part of them is a fair sample.
 *
 * @throws {WellbegunError} `invalid-data` if there are no held-out items.
 */
export function createJudge(
  objective: Objective,
  train: Interactions,
  validation: Interactions,
  k: number,
  seed: number,
): Judge {
  if (objective === "item-cf") {
    const neighbors = coOccurrenceNeighbors(train, k);
    const itself = Uint32Array.from({ length: train.itemCount + 1 }, (_, i) => i);
    const seen = { userCount: train.itemCount, itemCount: train.itemCount, offsets: itself, items: itself };
    return arrange(objective, neighbors, seen, train.itemCount, seed);
  }
  const groups = popularityGroups(train);
  const cold = groups.names.indexOf("cold");
  const wants = (item: number): boolean => objective === "recall" || groups.of[item] === cold;
  const offsets = new Uint32Array(train.userCount + 1);
  const items: number[] = [];
  for (let u = 0; u < train.userCount; u++) {
    for (let e = validation.offsets[u]!; e < validation.offsets[u + 1]!; e++) {
      if (wants(validation.items[e]!)) items.push(validation.items[e]!);
    }
    offsets[u + 1] = items.length;
  }
  return arrange(objective, { offsets, items: Uint32Array.from(items) }, train, train.userCount, seed);
}

function arrange(
  objective: Objective,
  wanted: { offsets: Uint32Array; items: Uint32Array },
  seen: Interactions,
  rows: number,
  seed: number,
): Judge {
  const units: number[] = [];
  for (let row = 0; row < rows; row++) if (wanted.offsets[row]! < wanted.offsets[row + 1]!) units.push(row);
  if (units.length === 0) {
    const cold = `items with at most ${COLD_ITEM_DEGREE} train interactions`;
    throw new WellbegunError("invalid-data", {
      doing: "preparing the search",
      expected: {
        recall: "validation rows",
        "cold-items": `validation rows of ${cold}`,
        "item-cf": "items that share users with others",
      }[objective],
      found: "none",
      at: `objective ${objective}`,
    });
  }
  const random = createRandom(seed, "tune/units");
  for (let i = units.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [units[i], units[j]] = [units[j]!, units[i]!];
  }
  const order = Uint32Array.from(units);
  return {
    units: order,
    wanted: selectRows(wanted, order),
    seen: { userCount: order.length, itemCount: seen.itemCount, ...selectRows(seen, order) },
    ofUsers: objective !== "item-cf",
  };
}

/** Vectors to rank with, one for each unit, row-major. */
export interface Vectors {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Recall@K of the units `first .. last - 1`, one value each. */
export async function judgeUnits(
  backend: Backend,
  judge: Judge,
  tables: TrialTables,
  k: number,
  first: number,
  last: number,
): Promise<Float64Array> {
  const vectors = await vectorsOf(backend, judge, tables, first, last);
  return await recallOf(backend, judge, vectors, tables.items, k, first);
}

/** The vectors of the units `first .. last - 1`: the weighted sums of the users' tables, or rows of the items'. */
export async function vectorsOf(
  backend: Backend,
  judge: Judge,
  { users, items }: TrialTables,
  first: number,
  last: number,
): Promise<Vectors> {
  const { columns } = items;
  const rows = last - first;
  const data = new Float32Array(rows * columns);
  if (judge.ofUsers) {
    for (const { weight, table } of users) {
      await backend.read(table, first, rows, (view) => {
        for (let i = 0; i < data.length; i++) data[i]! += weight * view[i]!;
      });
    }
  } else {
    await backend.read(items, 0, items.rows, (view) => {
      for (const [index, row] of judge.units.subarray(first, last).entries()) {
        data.set(view.subarray(row * columns, (row + 1) * columns), index * columns);
      }
    });
  }
  return { data, rows, columns };
}

/** Recall@K of the units from `first`, ranked by the product of their vectors with the items. */
export async function recallOf(
  backend: Backend,
  judge: Judge,
  { data, rows, columns }: Vectors,
  items: Matrix,
  k: number,
  first: number,
): Promise<Float64Array> {
  const vectors = await upload(backend, data, rows, columns);
  try {
    const { offsets, items: indices, itemCount } = judge.seen;
    const exclude = { rows, columns: itemCount, offsets: offsets.subarray(first, first + rows + 1), indices };
    return recallOfLists((await backend.topK(vectors, items, k, exclude)).items, judge, k, first, rows);
  } finally {
    vectors.dispose();
  }
}

/** Recall@K of ranked lists, one for each unit from `first`. */
export function recallOfLists(
  lists: Int32Array,
  { wanted }: Judge,
  k: number,
  first: number,
  rows: number,
): Float64Array {
  const users = Uint32Array.from({ length: rows }, (_, row) => row);
  const offsets = wanted.offsets.subarray(first, first + rows + 1);
  return userMetrics({ users, k, items: lists }, { offsets, items: wanted.items }, k).recall;
}

function selectRows(
  lists: { offsets: Uint32Array; items: Uint32Array },
  rows: Uint32Array,
): { offsets: Uint32Array; items: Uint32Array } {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [index, row] of rows.entries()) {
    offsets[index + 1] = offsets[index]! + lists.offsets[row + 1]! - lists.offsets[row]!;
  }
  const items = new Uint32Array(offsets[rows.length]!);
  for (const [index, row] of rows.entries()) {
    items.set(lists.items.subarray(lists.offsets[row]!, lists.offsets[row + 1]!), offsets[index]);
  }
  return { offsets, items };
}
