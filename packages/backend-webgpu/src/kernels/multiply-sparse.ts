import { double } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Rows of a sparse matrix times x, one thread for each element of the result: entries in their order, sums in
 * twice float32's precision. Only entries `firstEntry ..` (which is where indices and values start) and columns
 * `firstColumn ..` (where x and columnScale start) are taken: the parts of arrays that a device sees at once.
 */
export const multiplySparse: Kernel<
  "offsets" | "indices" | "values" | "rowScale" | "columnScale" | "x" | "out",
  | "rows"
  | "columns"
  | "firstEntry"
  | "entries"
  | "firstColumn"
  | "xRows"
  | "hasValues"
  | "hasRowScale"
  | "hasColumnScale"
  | "accumulate"
> = {
  name: "multiply sparse",
  buffers: {
    offsets: "u32",
    indices: "u32",
    values: "f32",
    rowScale: "f32",
    columnScale: "f32",
    x: "f32",
    out: "mut f32",
  },
  params: {
    rows: "u32",
    columns: "u32",
    firstEntry: "u32",
    entries: "u32",
    firstColumn: "u32",
    xRows: "u32",
    hasValues: "u32",
    hasRowScale: "u32",
    hasColumnScale: "u32",
    accumulate: "u32",
  },
  code: ({ group }) => /* wgsl */ `${double}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  let row = i / p.columns;
  if (row >= p.rows) { return; }
  let c = i - row * p.columns;
  let begin = max(offsets[p.offsets + row], p.firstEntry) - p.firstEntry;
  let end = min(max(offsets[p.offsets + row + 1u], p.firstEntry) - p.firstEntry, p.entries);
  var sum = vec2f(0.0, 0.0);
  for (var e = begin; e < end; e++) {
    let column = indices[p.indices + e];
    if (column < p.firstColumn || column - p.firstColumn >= p.xRows) { continue; }
    var weight = 1.0;
    if (p.hasValues != 0u) { weight = values[p.values + e]; }
    if (p.hasColumnScale != 0u) { weight *= columnScale[p.columnScale + column - p.firstColumn]; }
    sum = add_term(sum, hold(weight * x[p.x + (column - p.firstColumn) * p.columns + c]));
  }
  var result = sum.x + sum.y;
  if (p.hasRowScale != 0u) { result *= rowScale[p.rowScale + row]; }
  if (p.accumulate != 0u) { result += out[p.out + i]; }
  out[p.out + i] = result;
}
`,
};
