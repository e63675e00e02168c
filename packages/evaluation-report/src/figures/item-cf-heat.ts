import * as Plot from "@observablehq/plot";
import type { ItemNeighbors, RankedLists } from "@wellbegun/evaluation";
import { draw } from "../draw.ts";
import type { Figure } from "../html.ts";

/** Nearest items by vectors: the lists that `itemCf` ranked, whose length is its largest cut. */
export interface NeighborLists {
  readonly name: string;
  readonly lists: RankedLists;
}

interface Cell {
  readonly near: string;
  readonly common: string;
  readonly pairs: number;
  readonly lift: number;
}

/** Upper bounds of the bins of ranks: 1, 2-5, 6-10, and so on. */
const bounds = [1, 5, 10, 20, 50, 100];

/** The ranks of the nearest items by co-occurrence among the nearest by vectors. */
export function itemCfHeat(
  sides: readonly NeighborLists[],
  neighbors: ItemNeighbors,
  itemCount: number,
): Figure {
  const maps = sides.map(({ name, lists }) => ({ name, cells: cellsOf(lists, neighbors, itemCount) }));
  const largest = Math.max(2, ...maps.flatMap(({ cells }) => cells.map(({ lift }) => lift)));
  return {
    id: "item-cf-heat",
    title: "Item-CF: do vectors know which items go together?",
    caption:
      "Each item's nearest items by co-occurrence (rows, by rank) and where they stand among its nearest by vectors (columns, by rank): how many times as often as by chance. 1 is chance, which is what permuted vectors reach.",
    plots: maps.map(({ name, cells }) =>
      draw({
        width: 440,
        height: 290,
        marginLeft: 60,
        marginBottom: 45,
        title: name,
        padding: 0.04,
        x: { label: "rank by vectors", domain: binNames(bounds), labelOffset: 40 },
        y: { label: "rank by co-occurrence", domain: binNames(bounds.slice(0, 4)) },
        color: { type: "sqrt", scheme: "viridis", domain: [0, largest] },
        marks: [
          Plot.cell(cells, { x: "near", y: "common", fill: "lift" }),
          Plot.text(cells, {
            x: "near",
            y: "common",
            text: ({ lift }: Cell) => lift.toFixed(1),
            // Viridis is dark at its low end and light at its high one.
            fill: ({ lift }: Cell) => (Math.sqrt(lift / largest) > 0.6 ? "black" : "white"),
          }),
        ],
      }),
    ),
    numbers: maps.map(({ name, cells }) => ({
      columns: [name, "rank by vectors", "rank by co-occurrence", "pairs", "times chance"],
      rows: cells.map(({ near, common, pairs, lift }) => ["", near, common, pairs, lift]),
    })),
  };
}

function binNames(all: readonly number[]): string[] {
  return all.map((bound, bin) => {
    const first = bin === 0 ? 1 : all[bin - 1]! + 1;
    return first === bound ? `${bound}` : `${first}-${bound}`;
  });
}

function cellsOf(lists: RankedLists, neighbors: ItemNeighbors, itemCount: number): Cell[] {
  const near = binNames(bounds);
  const common = binNames(bounds.slice(0, 4));
  const hits = common.map(() => near.map(() => 0));
  const tried = common.map(() => 0);
  const binOf = (rank: number): number => bounds.findIndex((bound) => rank <= bound);
  // The rank of each item in the list that is looked at, 0 where it is not in the list.
  const ranks = new Uint32Array(itemCount);
  for (const [row, item] of lists.users.entries()) {
    const list = lists.items.subarray(row * lists.k, (row + 1) * lists.k);
    for (const [place, other] of list.entries()) if (other >= 0) ranks[other] = place + 1;
    for (let e = neighbors.offsets[item]!; e < neighbors.offsets[item + 1]!; e++) {
      const bin = binOf(e - neighbors.offsets[item]! + 1);
      if (bin < 0 || bin >= common.length) continue;
      tried[bin]!++;
      const rank = ranks[neighbors.items[e]!]!;
      const found = rank === 0 ? -1 : binOf(rank);
      if (found >= 0) hits[bin]![found]!++;
    }
    for (const other of list) if (other >= 0) ranks[other] = 0;
  }
  return common.flatMap((row, r) =>
    near.map((column, c) => {
      const places = bounds[c]! - (c === 0 ? 0 : bounds[c - 1]!);
      const chance = (tried[r]! * places) / Math.max(itemCount - 1, 1);
      return {
        near: column,
        common: row,
        pairs: hits[r]![c]!,
        lift: chance === 0 ? 0 : hits[r]![c]! / chance,
      };
    }),
  );
}
