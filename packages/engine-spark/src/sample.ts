import type { FeatureSource } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";

/** `count` distinct rows of `rows`, drawn evenly with the seed, ascending. */
export function sampleRows(rows: number, count: number, seed: number): Uint32Array {
  const random = createRandom(seed, "spark/sample");
  const chosen = new Uint32Array(count);
  // Selection sampling (Knuth's Algorithm S): each remaining row is taken with the probability that is still needed.
  for (let row = 0, taken = 0; taken < count; row++) {
    if (random.uniform() * (rows - row) < count - taken) chosen[taken++] = row;
  }
  return chosen;
}

/** Some rows of a source as a source. */
export function featuresOfRows(source: FeatureSource, rows: Uint32Array): FeatureSource {
  const { columns, missing, label } = source;
  return {
    rows: rows.length,
    columns,
    missing: missing === undefined ? undefined : Uint8Array.from(rows, (row) => missing[row]!),
    label,
    async read(firstRow, count, into) {
      for (let r = 0; r < count; ) {
        // Rows that follow each other are read together.
        let run = 1;
        while (r + run < count && rows[firstRow + r + run] === rows[firstRow + r]! + run) run++;
        await source.read(rows[firstRow + r]!, run, into.subarray(r * columns, (r + run) * columns));
        r += run;
      }
    },
  };
}
