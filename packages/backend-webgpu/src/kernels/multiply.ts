import type { Kernel } from "./kernel.ts";
import { type ProductParams, productParams, productTile, sumAt } from "./product-tile.ts";

/**
 * Dense product of a (or its transpose) and b, a tile and a chunk of the depth in each workgroup. Chunk 0 of 1 is
 * written (or added) to `out`; several go side by side, chunks x rows x columns, for addParts. `narrow` is for results
 * of few columns.
 */
export const multiply: Kernel<
  "a" | "b" | "out",
  "rows" | "columns" | "depth" | "chunk" | ProductParams | "accumulate",
  "narrow"
> = {
  name: "multiply",
  buffers: { a: "f32", b: "f32", out: "mut f32" },
  params: {
    rows: "u32",
    columns: "u32",
    depth: "u32",
    chunk: "u32",
    ...productParams,
    accumulate: "u32",
  },
  code: ({ group, side, narrow }) => {
    const shape = { group, side, rows: 4, columns: narrow ? 1 : 4, depth: narrow ? 32 : 16 } as const;
    const entries = Array.from({ length: shape.rows * shape.columns }, (_, e) => {
      const [i, j] = [Math.floor(e / shape.columns), e % shape.columns];
      return `  put(chunk, row + tile_row(thread, ${i}u), column + tile_column(thread, ${j}u), ${sumAt(shape, i, j)});`;
    });
    return /* wgsl */ `
${productTile(shape)}
fn put(chunk: u32, row: u32, column: u32, value: f32) {
  if (row >= p.rows || column >= p.columns) { return; }
  let at = p.out + (chunk * p.rows + row) * p.columns + column;
  if (p.accumulate != 0u) { out[at] += value; } else { out[at] = value; }
}

fn run(group: u32, thread: u32) {
  let across = (p.columns + TILE_COLUMNS - 1u) / TILE_COLUMNS;
  let tiles = across * ((p.rows + TILE_ROWS - 1u) / TILE_ROWS);
  let chunk = group / tiles;
  let tile = group % tiles;
  let row = (tile / across) * TILE_ROWS;
  let column = (tile % across) * TILE_COLUMNS;
  let begin = chunk * p.chunk;
  multiply_tile(thread, row, p.rows, column, p.columns, begin, min(begin + p.chunk, p.depth));
  if (thread >= SIDE * SIDE) { return; }
${entries.join("\n")}
}
`;
  },
};
