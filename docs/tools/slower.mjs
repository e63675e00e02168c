/** What takes longer than a peer, by bench/results: every comparison with a peer that is recorded there is looked at. */

import { recordedTables } from "./recorded.mjs";
import { cells, rankings, threadsText, times } from "./speed-results.mjs";

/** @typedef {{ peer: string, cell: string, ratio: number }} Comparison our time over the peer's */

/** Ratios of two figures with three digits are equal to about this share. */
const ROUNDING = 0.005;

/**
 * The comparisons in which the peer is faster, by peer, longest ratio first.
 * @returns {string} a sentence for each peer
 */
export function slower() {
  /** @type {Map<string, Comparison[]>} */
  const peers = new Map();
  for (const one of [...fits(), ...clusterings(), ...ranked(), ...logs(), ...texts()]) {
    if (one.ratio > 1 + ROUNDING) peers.set(one.peer, [...(peers.get(one.peer) ?? []), one]);
  }
  return [...peers]
    .map(([peer, found]) => {
      const sorted = found.sort((a, b) => b.ratio - a.ratio);
      return `${peer}: ${sorted.map(({ cell, ratio }) => `${cell} ${ratio.toFixed(2)}`).join("; ")}.`;
    })
    .join(" ");
}

/** @returns {Comparison[]} */
function fits() {
  return cells().flatMap(({ size, threads, clusters, ours, python }) =>
    times
      .filter(([time]) => ours[time] !== undefined)
      .map(([time, name]) => ({
        peer: "A fit, beside NumPy, SciPy and scikit-learn",
        cell: `${size}, K ${clusters}, ${threadsText(threads)}, ${name}`,
        ratio: ours[time].median / python[time].median,
      })),
  );
}

/**
 * k-means with our defaults, in CPU seconds. A cell that was measured several times counts as in the first table, the latest.
 * @returns {Comparison[]}
 */
function clusterings() {
  const ends = {
    "ours, FAISS's inertia": "as far as its inertia",
    ours: "which stops after 25 iterations, until ours converges",
  };
  const seen = new Set();
  return recordedTables("bench/results/kmeans.md").flatMap((rows) =>
    rows.flatMap((row) => {
      const end = Object.entries(ends).find(([side]) => side === row.side?.replace(": not reached", ""))?.[1];
      const cell = cellOf(row);
      if (end === undefined || seen.has(cell + end)) return [];
      const faiss = rows.find((one) => one.side === "faiss" && cellOf(one) === cell);
      const ratio = Number(row["CPU s"]) / Number(faiss?.["CPU s"]);
      if (Number.isNaN(ratio)) return [];
      seen.add(cell + end);
      return [{ peer: `k-means beside FAISS, ${end}`, cell, ratio }];
    }),
  );
}

/** @param {Record<string, string>} row */
function cellOf({ size, modality, K, threads }) {
  return `${size} ${modality}, K ${K}, ${threadsText(Number(threads))}`;
}

/** @returns {Comparison[]} */
function ranked() {
  const [, ...others] = recordedTables("bench/results/rank.md");
  const millions = others.flatMap((rows) =>
    rows
      .filter((row) => Number(row["ours / side"]) > 0)
      .map((row) => ({
        label: `10^5 users x 10^6 items, ${threadsText(Number(row.threads))}`,
        ratio: Number(row["ours / side"]),
      })),
  );
  return [...rankings(), ...millions].map(({ label, ratio }) => ({
    peer: "Ranking, beside the fastest of FAISS, NumPy and usearch",
    cell: label,
    ratio,
  }));
}

/**
 * Users from a log in Parquet, beside libraries that hold all of it in memory.
 * @returns {Comparison[]}
 */
function logs() {
  const names = { scipy: "SciPy", polars: "Polars" };
  const seen = new Set();
  return recordedTables("bench/results/engine.md").flatMap((rows) =>
    rows.flatMap((row) => {
      const ours = rows.find(({ side, pairs }) => side === "ours" && pairs === row.pairs);
      const name = Object.entries(names).find(([side]) => side === row.side)?.[1];
      const ratio = Number(ours?.["CPU, s"]) / Number(row["CPU, s"]);
      if (name === undefined || Number.isNaN(ratio) || seen.has(name + row.pairs)) return [];
      seen.add(name + row.pairs);
      return [
        {
          peer: `Users from a log, out of memory in ours, beside ${name} in memory`,
          cell: `${row.pairs} pairs`,
          ratio,
        },
      ];
    }),
  );
}

/** @returns {Comparison[]} */
function texts() {
  const [, rows = []] = recordedTables("bench/results/embed.md");
  const rate = (/** @type {string | undefined} */ text) => {
    const values = (text ?? "")
      .split(", ")
      .map(Number)
      .sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? Number.NaN;
  };
  const sides = rows.map((row) => ({ side: row.side ?? "", texts: rate(row["texts / CPU s"]) }));
  const ours = sides.find(({ side }) => side.startsWith("ours"))?.texts ?? Number.NaN;
  return sides
    .filter(({ side }) => !side.startsWith("ours"))
    .map(({ side, texts }) => ({ peer: "Encoding texts", cell: `beside ${side}`, ratio: texts / ours }));
}
