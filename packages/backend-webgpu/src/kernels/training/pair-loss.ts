import { double } from "../double.ts";
import type { Kernel } from "../kernel.ts";
import { laneReductions } from "../lanes.ts";
import { exponentials } from "./exponentials.ts";

/**
 * Losses of pairs, and their gradients, `lanes` threads for each pair. `losses` gets four numbers a pair: the ranking loss,
 * half the sum of squares, the cosine, and a 0. Parameters are the weights, the first and the last divided by the number of
 * pairs.
 */
export const pairLoss: Kernel<
  "hu" | "hi" | "hj" | "dhu" | "dhi" | "dhj" | "losses",
  "rows" | "columns" | "lanes" | "ranking" | "floor" | "squares" | "cosine"
> = {
  name: "pair loss",
  buffers: {
    hu: "f32",
    hi: "f32",
    hj: "f32",
    dhu: "mut f32",
    dhi: "mut f32",
    dhj: "mut f32",
    losses: "mut vec4f",
  },
  params: {
    rows: "u32",
    columns: "u32",
    lanes: "u32",
    ranking: "f32",
    floor: "f32",
    squares: "f32",
    cosine: "f32",
  },
  code: (sizes) => /* wgsl */ `${double}${laneReductions(sizes)}${exponentials}
fn total(thread: u32, value: vec2f) -> f32 {
  let sum = sum_lanes(thread, value);
  return sum.x + sum.y;
}

fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let place = row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  var scores = vec2f(0.0, 0.0);
  var users = vec2f(0.0, 0.0);
  var items = vec2f(0.0, 0.0);
  var others = vec2f(0.0, 0.0);
  var both = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let u = hu[p.hu + place + c];
    let i = hi[p.hi + place + c];
    let j = hj[p.hj + place + c];
    scores = add_term(scores, u * (i - j));
    users = add_term(users, u * u);
    items = add_term(items, i * i);
    others = add_term(others, j * j);
    both = add_term(both, u * i);
  }
  let score = total(thread, scores);
  let uu = total(thread, users);
  let ii = total(thread, items);
  let jj = total(thread, others);
  let ui = total(thread, both);

  let small = bounded_exp(-abs(score));
  let s = select(small, 1.0, score >= 0.0) / (1.0 + small);
  let t = select(1.0, small, score >= 0.0) / (1.0 + small);
  var loss = max(-score, 0.0) + log(1.0 + small);
  var slope = -t;
  if (p.floor != 0.0) {
    loss = -log(p.floor + s);
    slope = -s * t / (p.floor + s);
  }
  let userNorm = max(sqrt(uu), 1e-8);
  let itemNorm = max(sqrt(ii), 1e-8);
  let alignment = ui / userNorm / itemNorm;
  let g = p.ranking * slope;
  let across = -p.cosine / userNorm / itemNorm;
  let alongUser = p.squares + p.cosine * alignment / userNorm / userNorm;
  let alongItem = p.squares + p.cosine * alignment / itemNorm / itemNorm;
  for (var c = lane; c < end; c += p.lanes) {
    let u = hu[p.hu + place + c];
    let i = hi[p.hi + place + c];
    let j = hj[p.hj + place + c];
    dhu[p.dhu + place + c] = g * (i - j) + alongUser * u + across * i;
    dhi[p.dhi + place + c] = g * u + alongItem * i + across * u;
    dhj[p.dhj + place + c] = p.squares * j - g * u;
  }
  if (lane == 0u && end > 0u) {
    losses[p.losses + row] = vec4f(loss, (uu + ii + jj) / 2.0, alignment, 0.0);
  }
}
`,
};
