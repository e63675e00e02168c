import { powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";
import { type ProductParams, productParams, productTile, sumAt } from "./product-tile.ts";

const ROWS = 4;

/**
 * Nearest centroid of each row: distances and their minimum in one kernel, so that no rows x clusters matrix exists.
 * The score ||c||^2 - 2 x.c is the squared distance less ||x||^2; a is x, b the centered centroids (see scores.ts).
 * Rows whose two best scores are nearer than rounding could have moved them, or are not finite, are listed in `close`
 * (their number, then the rows), to be decided exactly elsewhere. `narrow` is for few clusters.
 */
export const nearest: Kernel<
  "a" | "b" | "constants" | "norms" | "missing" | "labels" | "close",
  "rows" | "columns" | "clusters" | ProductParams | "firstRow" | "masked" | "slope" | "base",
  "narrow"
> = {
  name: "nearest centroid",
  buffers: {
    a: "f32",
    b: "f32",
    constants: "f32",
    norms: "f32",
    missing: "u32",
    labels: "mut i32",
    close: "mut atomic<u32>",
  },
  params: {
    rows: "u32",
    columns: "u32",
    clusters: "u32",
    ...productParams,
    firstRow: "u32",
    masked: "u32",
    slope: "f32",
    base: "f32",
  },
  code: ({ group, side, narrow }) => {
    const columns = narrow ? 1 : 4;
    const shape = { group, side, rows: ROWS, columns, depth: narrow ? 32 : 16 } as const;
    const keeps = Array.from({ length: ROWS }, (_, i) => {
      const offers = Array.from({ length: columns }, (_, j) => {
        return `mine = offer(mine, first + tile_column(thread, ${j}u), ${sumAt(shape, i, j)});`;
      });
      return `mine = nobody();\n${offers.join("\n")}\nkeep(tile_row(thread, ${i}u), tx, mine);`;
    });
    return /* wgsl */ `${powers}
${productTile(shape)}
const HUGE = 3.4028234e38;
struct Found { best: f32, second: f32, label: u32 }
// With left and right: what each thread found for each of its rows. A thread with one column needs no label.
${narrow ? "" : `var<workgroup> labels_found: array<u32, ${ROWS * side * side}>;`}

fn nobody() -> Found { return Found(HUGE, HUGE, 0u); }

fn merge(a: Found, b: Found) -> Found {
  if (b.best < a.best) { return Found(b.best, min(a.best, b.second), b.label); }
  return Found(a.best, min(a.second, b.best), a.label);
}

fn offer(before: Found, cluster: u32, dot: f32) -> Found {
  if (cluster >= p.clusters) { return before; }
  return merge(before, Found(constants[p.constants + cluster] - 2.0 * dot, HUGE, cluster));
}

fn keep(row: u32, tx: u32, found: Found) {
  left[row * SIDE + tx] = found.best;
  right[row * SIDE + tx] = found.second;
  ${narrow ? "" : "labels_found[row * SIDE + tx] = found.label;"}
}

fn write(row: u32, result: Found) {
  if (row >= p.rows) { return; }
  if (p.masked != 0u) {
    if (missing[p.missing + row] != 0u) {
      labels[p.labels + row] = -1;
      return;
    }
  }
  labels[p.labels + row] = i32(result.label);
  let finite = max(magnitude(result.best), magnitude(result.second)) < INFINITE;
  let bound = p.slope * norms[p.norms + row] + p.base;
  if (finite && result.second - result.best > bound) { return; }
  atomicStore(&close[p.close + 1u + atomicAdd(&close[p.close], 1u)], p.firstRow + row);
}

fn run(group: u32, thread: u32) {
  let row = group * TILE_ROWS;
  let tx = thread % SIDE;
  var result = nobody();
  for (var first = 0u; first < p.clusters; first += TILE_COLUMNS) {
    multiply_tile(thread, row, p.rows, first, p.clusters, 0u, p.columns);
    if (thread < SIDE * SIDE) {
      var mine: Found;
${keeps.join("\n")}
    }
    workgroupBarrier();
    if (thread < TILE_ROWS) {
      for (var i = thread * SIDE; i < (thread + 1u) * SIDE; i++) {
        let label = ${narrow ? "first + i % SIDE" : "labels_found[i]"};
        result = merge(result, Found(left[i], right[i], label));
      }
    }
    workgroupBarrier();
  }
  if (thread < TILE_ROWS) { write(row + thread, result); }
}
`;
  },
};
