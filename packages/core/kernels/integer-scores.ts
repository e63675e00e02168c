import { openGroups } from "./bounds.ts";
import { integerTile } from "./integer-tile.ts";
import {
  blockScores,
  edgeTile,
  groupList,
  INTEGER_DEPTH,
  MOST_GROUPS,
  packedRows,
  TILE_COLUMNS,
  TILE_ROWS,
} from "./layout.ts";
import type { Pass } from "./pass.ts";
import { integerFactor, quantizeRow } from "./quantize.ts";

/**
 * Products of up to `blockRows` listed rows, less the origin, with the centroids of the groups that are open to each, as sums of
 * 16-bit integers. Rows become integers here, so that these take no memory.
 */
export function integerScores(pass: Pass, block: usize, rows: i32): void {
  const columns = <i32>pass.depth;
  listRows(pass, block, rows);
  for (let start = 0; start < columns; start += INTEGER_DEPTH) {
    const depth = min<i32>(columns - start, INTEGER_DEPTH);
    const from = pass.coordinates + ((<usize>start) << 2);
    const origin = pass.origin + ((<usize>start) << 2);
    for (let r = 0; r < rows; r++) {
      const row = load<u32>(block + ((<usize>r) << 2));
      const norm = load<f64>(pass.norms + ((<usize>row) << 3));
      quantizeRow(from + <usize>row * pass.stride, origin, depth, integerFactor(norm), packed(r));
    }
    const pairs = (depth + 1) >> 1;
    const panels = pass.panels + <usize>start * ((<usize>pass.padded) << 1);
    for (let first: u32 = 0, group = 0; first < pass.padded; first += pass.scoredClusters, group++) {
      const end = min<u32>(first + pass.scoredClusters, pass.padded);
      for (let k = first; k < end; k += TILE_COLUMNS) {
        multiplyListed(
          pass,
          groupList(group),
          panels + <usize>k * ((<usize>pairs) << 2),
          pairs,
          k,
          start > 0,
        );
      }
    }
  }
}

/** Lists for each group the rows of a block to which it is open. */
function listRows(pass: Pass, block: usize, rows: i32): void {
  const groups = min<i32>(pass.groups, MOST_GROUPS);
  for (let group = 0; group < groups; group++) store<u32>(groupList(group), 0);
  for (let r = 0; r < rows; r++) {
    for (let open = openGroups(pass, load<u32>(block + ((<usize>r) << 2))); open !== 0; open &= open - 1) {
      const list = groupList(<usize>ctz<u64>(open));
      const count = load<u32>(list);
      store<u8>(list + 4 + count, r);
      store<u32>(list, count + 1);
    }
  }
}

/** Where the integers of a block's row are. */
function packed(r: u32): usize {
  return packedRows() + <usize>r * ((<usize>INTEGER_DEPTH) << 1);
}

/** The sums of the listed rows with the panel of the centroids from `k` on. */
function multiplyListed(pass: Pass, list: usize, panel: usize, pairs: i32, k: u32, add: bool): void {
  const line = (<usize>pass.padded) << 2;
  const scores = blockScores() + ((<usize>k) << 2);
  const count = load<u32>(list);
  for (let i: u32 = 0; i < count; i += TILE_ROWS) {
    const at = list + 4 + i;
    const left = count - i;
    const a = load<u8>(at);
    const b = left > 1 ? load<u8>(at, 1) : a;
    const c = left > 2 ? load<u8>(at, 2) : a;
    const d = left > 3 ? load<u8>(at, 3) : a;
    integerTile(
      packed(a),
      packed(b),
      packed(c),
      packed(d),
      panel,
      pairs,
      scores + <usize>a * line,
      left > 1 ? scores + <usize>b * line : edgeTile(),
      left > 2 ? scores + <usize>c * line : edgeTile(),
      left > 3 ? scores + <usize>d * line : edgeTile(),
      add,
    );
  }
}
