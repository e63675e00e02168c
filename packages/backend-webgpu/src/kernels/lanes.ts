/**
 * Rows shared among threads: as many neighboring threads as the parameter `lanes` says take one row, so that
 * they read neighboring columns. Their results are in workgroup memory, and each thread adds up all of them in
 * the same order; there are too few for a tree to be faster. Every thread must call a reduction, also a thread
 * without a row. Needs double.ts.
 */
export function laneReductions({ group }: { readonly group: number }): string {
  return /* wgsl */ `
var<workgroup> lane_sums: array<vec2f, ${group}>;
var<workgroup> lane_tops: array<u32, ${group}>;

fn row_of(group: u32, thread: u32) -> u32 { return (group * ${group}u + thread) / p.lanes; }

fn sum_lanes(thread: u32, value: vec2f) -> vec2f {
  lane_sums[thread] = value;
  workgroupBarrier();
  let first = thread - thread % p.lanes;
  var sum = lane_sums[first];
  for (var lane = 1u; lane < p.lanes; lane++) { sum = add_pair(sum, lane_sums[first + lane]); }
  workgroupBarrier();
  return sum;
}

fn top_of_lanes(thread: u32, value: u32) -> u32 {
  lane_tops[thread] = value;
  workgroupBarrier();
  let first = thread - thread % p.lanes;
  var top = 0u;
  for (var lane = 0u; lane < p.lanes; lane++) { top = max(top, lane_tops[first + lane]); }
  workgroupBarrier();
  return top;
}
`;
}

const MAX_LANES = 32;
const LANE_COLUMNS = 16;

/** Threads for a row of this width: a power of two that divides a workgroup. */
export function lanesFor(columns: number): number {
  return Math.min(MAX_LANES, 2 ** Math.ceil(Math.log2(Math.max(1, columns / LANE_COLUMNS))));
}
