import type { AssignmentStep } from "@wellbegun/core/backend";
import type { BlockFacts, TfjsAssignment } from "../assignment.ts";
import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import { PairwiseSum } from "../pairwise-sum.ts";
import type { TfTensor } from "../tensorflow.ts";
import { nearestByDifferences, sureLabels, targetCount, targetsOf } from "./nearest.ts";
import { fetchRows, rowNorms } from "./norms.ts";
import { clearRows } from "./rows.ts";

const DOING = "assigning rows to centroids";
// Copies of rows are kept for at most one row in eight: more are needed only where many rows coincide.
const MOST_FETCHED = 1 / 8;

/**
 * One Lloyd pass. The device labels the rows that it can be sure of and sums them, cluster by cluster, as a product
 * with their one-hot labels; the few others are fetched, and labeled and summed here in float64.
 */
export async function assign(
  engine: Engine,
  assignment: TfjsAssignment,
  x: TfjsMatrix,
  centroids: Float32Array,
): Promise<AssignmentStep> {
  const { columns, clusters, missing } = assignment;
  assignment.facts ??= await blockFacts(engine, assignment, x);
  const found = await assignOnDevice(engine, assignment.facts, x, centroids);

  const labels = assignment.current;
  const counts = new Uint32Array(clusters);
  let changed = 0;
  const give = (row: number, label: number): void => {
    if (labels[row] !== label) changed++;
    labels[row] = label;
    counts[label]!++;
  };
  const unsure: number[] = [];
  for (const [row, label] of found.labels.entries()) {
    if (label !== found.unsure) give(row, label);
    else if (missing === undefined || missing[row] === 0) unsure.push(row);
  }
  await fetchMore(engine, assignment, x, unsure);
  for (const row of unsure) {
    const values = assignment.fetched.get(row)!;
    const label = nearestByDifferences(values, centroids);
    give(row, label);
    for (let c = 0; c < columns; c++) found.sums[label * columns + c]! += values[c]!;
  }
  forgetMost(assignment);
  return { changed, sums: found.sums, counts };
}

async function blockFacts(
  engine: Engine,
  { clusters, missing }: TfjsAssignment,
  x: TfjsMatrix,
): Promise<BlockFacts[]> {
  const all = await rowNorms(engine, x);
  const facts: BlockFacts[] = [];
  for (let i = 0; i < x.blockCount; i++) {
    const first = x.firstRow(i);
    const own = all.slice(first, first + x.rowsIn(i));
    const odd = [...own.keys()].filter((r) => !Number.isFinite(own[r]));
    const norms = own.map((norm, r) => (missing?.[first + r] === 1 ? Infinity : norm));
    const starts = Int32Array.from(own, (_, r) => r * targetCount(clusters));
    const tensors = engine.tidy(DOING, () => ({
      norms: engine.floats(norms),
      starts: engine.integers(starts),
    }));
    facts.push({ ...tensors, odd });
  }
  return facts;
}

/** The device's result of one pass. */
interface DevicePass {
  /** Label of each row; `unsure` where the host must decide. */
  readonly labels: Int32Array;
  readonly unsure: number;
  /** Sums of the rows whose label is sure. */
  readonly sums: Float64Array;
}

async function assignOnDevice(
  engine: Engine,
  facts: readonly BlockFacts[],
  x: TfjsMatrix,
  centroids: Float32Array,
): Promise<DevicePass> {
  const { tf } = engine;
  const targets = engine.tidy(DOING, () => targetsOf(engine, centroids, x.columns));
  const total = new PairwiseSum(engine, DOING);
  const blocks: TfTensor[] = [];
  try {
    for (let i = 0; i < x.blockCount; i++) {
      const [labels, sums] = engine.tidy(DOING, () => {
        const block = x.block(i);
        const labels = sureLabels(engine, block, facts[i]!, targets);
        // A label that is not sure gives a row of zeros.
        const members = tf.cast(tf.oneHot(labels, targets.clusters), "float32");
        // 0 times NaN is NaN: rows that are not finite must not even be multiplied by 0.
        const finite = clearRows(engine, block, facts[i]!.odd);
        return [labels, engine.transposedProduct(members, finite)] as const;
      });
      blocks.push(labels);
      total.add(sums);
    }
    const sums = new Float64Array(centroids.length);
    if (blocks.length === 0) return { labels: new Int32Array(0), unsure: targets.clusters, sums };
    const together = engine.tidy(DOING, () => tf.concat(blocks, 0));
    const labels = await engine.labels(DOING, together);
    const found = await engine.result(DOING, total.take()!);
    sums.set(found.subarray(0, sums.length));
    return { labels, unsure: targets.clusters, sums };
  } finally {
    total.dispose();
    for (const tensor of [...blocks, targets.points, targets.norms, targets.perNorm, targets.fixed]) {
      tensor.dispose();
    }
  }
}

/** Fetches those of the rows that were not fetched before. */
async function fetchMore(
  engine: Engine,
  { columns, fetched }: TfjsAssignment,
  x: TfjsMatrix,
  rows: readonly number[],
): Promise<void> {
  const wanted = new Map<number, number[]>();
  for (const row of rows) {
    if (fetched.has(row)) continue;
    const block = Math.floor(row / x.blockRows);
    const others = wanted.get(block);
    if (others === undefined) wanted.set(block, [row]);
    else others.push(row);
  }
  for (const [block, members] of wanted) {
    const places = members.map((row) => row - x.firstRow(block));
    const values = await fetchRows(engine, DOING, x, block, places);
    for (const [i, row] of members.entries()) {
      fetched.set(row, values.slice(i * columns, (i + 1) * columns));
    }
  }
}

function forgetMost({ fetched, rows }: TfjsAssignment): void {
  if (fetched.size > MOST_FETCHED * rows) fetched.clear();
}
