import { powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/**
 * The bits of the largest |x - shift| of each column over the rows that are not missing: the scale in which
 * squares are summed. One thread for each column and chunk of rows; the maximum of whole numbers does not
 * depend on the order.
 */
export const columnTops: Kernel<
  "x" | "shift" | "missing" | "tops",
  "rows" | "columns" | "chunks" | "masked"
> = {
  name: "column tops",
  buffers: { x: "f32", shift: "vec2f", missing: "u32", tops: "mut atomic<u32>" },
  params: { rows: "u32", columns: "u32", chunks: "u32", masked: "u32" },
  code: ({ group }) => /* wgsl */ `${powers}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  let c = i % p.columns;
  let chunk = i / p.columns;
  if (chunk >= p.chunks) { return; }
  let about = shift[p.shift + c].x;
  var top = 0u;
  for (var row = chunk; row < p.rows; row += p.chunks) {
    if (p.masked != 0u) {
      if (missing[p.missing + row] != 0u) { continue; }
    }
    top = max(top, magnitude(x[p.x + row * p.columns + c] - about));
  }
  atomicMax(&tops[p.tops + c], top);
}
`,
};
