import type { Kernel } from "./kernel.ts";
import { MAX_DEPTH, type ProductParams, productParams, productTile, sumAt } from "./product-tile.ts";

const ROWS = 2;

/**
 * The k best items of each user, fused with the product: a workgroup takes a tile of users (a) past all items (b), and
 * one thread a user keeps a heap of the best with the worst at its root, in the results' own memory. Scores
 * are compared as whole numbers in the order of the floats (0 for excluded items and NaN, which no finite score has),
 * so that ties and NaN are exact. Items may come in several calls, ascending; the last one sorts. Results start at the
 * first element of their buffers.
 */
export const topK: Kernel<
  "a" | "b" | "bits" | "sizes" | "scores" | "items",
  "users" | "count" | "columns" | "k" | "words" | "firstItem" | ProductParams | "masked" | "last"
> = {
  name: "top k",
  buffers: { a: "f32", b: "f32", bits: "u32", sizes: "mut u32", scores: "mut u32", items: "mut u32" },
  params: {
    users: "u32",
    count: "u32",
    columns: "u32",
    k: "u32",
    words: "u32",
    firstItem: "u32",
    ...productParams,
    masked: "u32",
    last: "u32",
  },
  code: ({ group, side }) => {
    const shape = { group, side, rows: ROWS, columns: 4, depth: MAX_DEPTH } as const;
    const puts = Array.from({ length: ROWS * 4 }, (_, e) => {
      const [i, j] = [Math.floor(e / 4), e % 4];
      const at = `tile_row(thread, ${i}u) * TILE_COLUMNS + tile_column(thread, ${j}u)`;
      return `      right[${at}] = ${sumAt(shape, i, j)};`;
    });
    return /* wgsl */ `
${productTile(shape)}
const NOTHING = 0xffffffffu;
const NEGATIVE_INFINITY = 0xff800000u;

fn key_of(score: f32) -> u32 {
  let bits = bitcast<u32>(score);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0u; }
  if ((bits & 0x7fffffffu) == 0u) { return 0x80000000u; }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn bits_of(key: u32) -> u32 { return select(~key, key & 0x7fffffffu, key >= 0x80000000u); }

fn behind(key: u32, item: u32, other: u32) -> bool {
  return key < scores[other] || (key == scores[other] && item > items[other]);
}

fn place(at: u32, key: u32, item: u32) {
  scores[at] = key;
  items[at] = item;
}

fn sift_up(base: u32, start: u32, key: u32, item: u32) {
  var hole = start;
  while (hole > 0u) {
    let parent = (hole - 1u) / 2u;
    if (!behind(key, item, base + parent)) { break; }
    place(base + hole, scores[base + parent], items[base + parent]);
    hole = parent;
  }
  place(base + hole, key, item);
}

fn sift_down(base: u32, size: u32, key: u32, item: u32) {
  var hole = 0u;
  loop {
    var child = 2u * hole + 1u;
    if (child >= size) { break; }
    let next = base + child + 1u;
    if (child + 1u < size && behind(scores[next], items[next], base + child)) { child++; }
    if (behind(key, item, base + child)) { break; }
    place(base + hole, scores[base + child], items[base + child]);
    hole = child;
  }
  place(base + hole, key, item);
}

// Best first: the worst of what is left goes to the end.
fn sort(base: u32, size: u32) {
  for (var end = size; end > 1u; end--) {
    let key = scores[base + end - 1u];
    let item = items[base + end - 1u];
    place(base + end - 1u, scores[base], items[base]);
    sift_down(base, end - 1u, key, item);
  }
  for (var i = 0u; i < size; i++) { scores[base + i] = bits_of(scores[base + i]); }
  for (var i = size; i < p.k; i++) { place(base + i, NEGATIVE_INFINITY, NOTHING); }
}

fn run(group: u32, thread: u32) {
  let row = group * TILE_ROWS;
  let user = row + thread;
  let collects = thread < TILE_ROWS && user < p.users;
  let base = user * p.k;
  var size = 0u;
  if (collects) { size = sizes[p.sizes + user]; }
  for (var first = 0u; first < p.count; first += TILE_COLUMNS) {
    multiply_tile(thread, row, p.users, first, p.count, 0u, p.columns);
    if (thread < SIDE * SIDE) {
${puts.join("\n")}
    }
    workgroupBarrier();
    if (collects) {
      let end = min(TILE_COLUMNS, p.count - first);
      for (var c = 0u; c < end; c++) {
        let key = key_of(right[thread * TILE_COLUMNS + c]);
        if (key == 0u) { continue; }
        // Items ascend: one that equals the worst comes too late.
        if (size == p.k) {
          if (key <= scores[base]) { continue; }
        }
        let item = p.firstItem + first + c;
        if (p.masked != 0u) {
          let excluded = bits[p.bits + user * p.words + item / 32u] >> (item % 32u);
          if ((excluded & 1u) != 0u) { continue; }
        }
        if (size < p.k) {
          sift_up(base, size, key, item);
          size++;
        } else {
          sift_down(base, size, key, item);
        }
      }
    }
    workgroupBarrier();
  }
  if (!collects) { return; }
  sizes[p.sizes + user] = size;
  if (p.last != 0u) { sort(base, size); }
}
`;
  },
};
