/**
 * The inner loop behind matrix products, nearest centroids and top-k: dot products between rows of a and columns of b,
 * a tile of them in each workgroup. Both sides pass through workgroup memory a slice of the depth at a time, and each
 * thread keeps some of the sums in registers: those of the slice first, which keeps them accurate.
 */

/** The largest depth of a slice. */
export const MAX_DEPTH = 32;

/** Shape of a tile. The threads stand in a square of `side` x `side`; those beyond it only help to load. */
export interface TileShape {
  readonly group: number;
  readonly side: number;
  /** Dot products of a thread: this many rows ... */
  readonly rows: number;
  /** ... by this many columns, 1 or 4. */
  readonly columns: 1 | 4;
  /** Columns of a and rows of b in workgroup memory at a time, at most MAX_DEPTH. */
  readonly depth: number;
}

/**
 * How the elements of a and b lie: element d of row r of a at `r * row_a + d * depth_a`, likewise of column c of b. One of
 * the two is 1 on each side, and neighboring threads load along that one.
 */
export type ProductParams = "row_a" | "depth_a" | "column_b" | "depth_b";

/** Their types. */
export const productParams: Readonly<Record<ProductParams, "u32">> = {
  row_a: "u32",
  depth_a: "u32",
  column_b: "u32",
  depth_b: "u32",
};

/** The element type of a thread's sums: one vector for its columns. */
export function sumType({ columns }: Pick<TileShape, "columns">): string {
  return columns === 4 ? "vec4f" : "f32";
}

/** WGSL for column j of a thread's sums in row i. */
export function sumAt(shape: Pick<TileShape, "columns">, i: number, j: number): string {
  return shape.columns === 4 ? `dots${i}.${"xyzw"[j]}` : `dots${i}`;
}

/**
 * Defines TILE_ROWS and TILE_COLUMNS, and `multiply_tile`, which leaves the dot products of rows `tile_row(thread, i)`
 * and columns `tile_column(thread, j)` (counted within the tile) in `dots0`, `dots1`, ... Expects buffers a and b and
 * the parameters of {@link productParams}. All threads of a workgroup must call it with the same arguments. Between two
 * calls, `left` and `right` are free for other use, each with room for a number for every row of the tile and thread
 * of a line; `right` has room for a whole tile where `depth` is at least the tile's rows.
 */
export function productTile(shape: TileShape): string {
  const { group, side, rows, columns, depth } = shape;
  const sums = Array.from({ length: rows }, (_, i) => `dots${i}`);
  const type = sumType(shape);
  const values = Array.from({ length: columns }, (_, j) => `right[d * RIGHT + tx + ${j * side}u]`);
  return /* wgsl */ `
const SIDE = ${side}u;
const DEPTH = ${depth}u;
const TILE_ROWS = ${rows * side}u;
const TILE_COLUMNS = ${columns * side}u;
// One number of padding lets threads that write along the depth hit different banks of the memory.
const LEFT = TILE_ROWS + 1u;
const RIGHT = TILE_COLUMNS + 1u;
var<workgroup> left: array<f32, ${depth * (rows * side + 1)}>;
var<workgroup> right: array<f32, ${rightLength(shape)}>;
${sums.map((name) => `var<private> ${name}: ${type};`).join("\n")}

fn tile_row(thread: u32, i: u32) -> u32 { return thread / SIDE + i * SIDE; }
fn tile_column(thread: u32, j: u32) -> u32 { return thread % SIDE + j * SIDE; }

fn multiply_tile(thread: u32, row: u32, rows: u32, column: u32, columns: u32, begin: u32, end: u32) {
${sums.map((name) => `  ${name} = ${type}();`).join("\n")}
  let inside = thread < SIDE * SIDE;
  let tx = thread % SIDE;
  let ty = thread / SIDE;
  for (var depth = begin; depth < end; depth += DEPTH) {
    for (var i = thread; i < DEPTH * TILE_ROWS; i += ${group}u) {
      let d = select(i / TILE_ROWS, i % DEPTH, p.depth_a == 1u);
      let r = select(i % TILE_ROWS, i / DEPTH, p.depth_a == 1u);
      var value = 0.0;
      if (row + r < rows && depth + d < end) { value = a[p.a + (row + r) * p.row_a + (depth + d) * p.depth_a]; }
      left[d * LEFT + r] = value;
    }
    for (var i = thread; i < DEPTH * TILE_COLUMNS; i += ${group}u) {
      let d = select(i / TILE_COLUMNS, i % DEPTH, p.depth_b == 1u);
      let c = select(i % TILE_COLUMNS, i / DEPTH, p.depth_b == 1u);
      var value = 0.0;
      if (column + c < columns && depth + d < end) {
        value = b[p.b + (column + c) * p.column_b + (depth + d) * p.depth_b];
      }
      right[d * RIGHT + c] = value;
    }
    workgroupBarrier();
    if (inside) {
${sums.map((_, i) => `      var slice${i} = ${type}();`).join("\n")}
      for (var d = 0u; d < min(DEPTH, end - depth); d++) {
        let values = ${type}(${values.join(", ")});
${sums.map((_, i) => `        slice${i} += left[d * LEFT + ty + ${i * side}u] * values;`).join("\n")}
      }
${sums.map((name, i) => `      ${name} += slice${i};`).join("\n")}
    }
    workgroupBarrier();
  }
}
`;
}

/** Length for the slice, and for the data that callers keep there between products. */
function rightLength({ side, rows, columns, depth }: TileShape): number {
  return Math.max(depth * (columns * side + 1), rows * side * side);
}
