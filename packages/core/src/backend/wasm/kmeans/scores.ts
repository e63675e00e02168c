import { packRows } from "../products/multiply.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { blocks, INTEGER_DEPTH, INTEGER_LENGTH, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import type { WasmAssignment } from "./assignment.ts";
import type { EachRows } from "./each-rows.ts";
import { type Fields, type Numbers, PASS_BYTES, writePass } from "./pass.ts";
import {
  basisError,
  basisScoreError,
  type CentroidSizes,
  commonError,
  directError,
  integerError,
  integerUnit,
  productError,
  productScoreError,
} from "./score-error.ts";

/** Bytes of scores that a block of rows should not exceed, so that they stay in the second-level cache. */
const CACHED_SCORE_BYTES: number = 1 << 18;

/** The part of the pass's record that says how rows are scored. */
export type Scoring = Pick<Fields, "integers" | "coordinates" | "stride" | "depth" | "blockRows"> &
  Pick<Numbers, "base" | "reach" | "largest" | "tiny">;

/** Rows that one call measures. */
const MEASURED_ROWS = 512;

/**
 * Packs the centroids and the error bounds of their scores for scoring rows: in a basis, or against the rows at the address `x`, as
 * 16-bit integers or, few clusters, as they are.
 */
export async function prepareScores(
  engine: Engine,
  assignment: WasmAssignment,
  x: number,
  eachRows: EachRows,
): Promise<Scoring> {
  const { heap } = engine;
  const { columns, clusters, basis, started } = assignment;
  const { pass, centroids, origin, centered, constants, stats, inside, outside, panels } = assignment.blocks;
  if (!started) {
    await engine.run("meanCentroid", [[centroids, clusters, columns, stats + clusters * 24, origin]]);
  }
  await engine.run("centerCentroids", [[centroids, clusters, columns, origin, centered, constants, stats]]);
  const sizes = sizesOf(heap.f64(stats, clusters * 3));
  const fitting = Math.floor(CACHED_SCORE_BYTES / (roundUp(clusters, TILE_COLUMNS) * 4));
  const blockRows = Math.max(4, Math.min(64, fitting - (fitting % 4)));

  const integers = Number(assignment.integers);
  const direct = {
    ...{ integers, coordinates: x, stride: columns * 4, depth: columns, blockRows },
    ...commonError(columns, assignment.integers ? sizes.map(aboutOrigin) : sizes, 0),
  };
  if (started && assignment.groupClusters === 1) {
    const { inside: errors, ...common } = productScoreError(
      columns,
      sizes,
      lengthOf(heap.f32(origin, columns)),
    );
    heap.f32(inside, clusters).set(errors);
    return { ...direct, ...common };
  }
  if (!started) {
    await eachRows(async (origin, first, count) => {
      writePass(heap.u8(pass, PASS_BYTES), { ...direct, x: origin });
      const calls = [];
      for (const [row, length] of blocks(count, MEASURED_ROWS)) {
        calls.push([pass, first + row, first + row + length]);
      }
      await engine.run("measureRows", calls);
    });
  }
  if (assignment.integers) {
    heap.f32(constants, clusters).set(sizes.map((size) => aboutOrigin(size).constant));
    heap.f32(inside, clusters).set(sizes.map((size) => integerError(columns, size).inside));
    await packIntegers(engine, assignment, sizes);
    return direct;
  }
  if (basis === undefined) {
    heap.f32(inside, clusters).set(sizes.map((size) => directError(columns, size).inside));
    await packRows(engine, centered, columns * 4, columns, clusters, panels);
    return direct;
  }

  let left = await basis.express(engine, centered);
  let extended = false;
  if (basis.pays(assignment.distances)) {
    assignment.distances = 0;
    extended = await basis.extend(
      engine,
      eachRows,
      centered,
      left,
      Math.max(...sizes.map(({ norm }) => norm)),
    );
    if (extended) left = await basis.express(engine, centered);
  }
  const depth = basis.size;
  const scoring = {
    ...{ integers, coordinates: basis.coordinates, stride: basis.capacity * 4, depth, blockRows },
    ...commonError(columns, sizes, Math.max(...left.map(({ absolute }) => absolute))),
  };
  if (extended) {
    const slack = 1.01 * productError(columns) * Math.sqrt(depth);
    const share = 1 - basisError(depth);
    writePass(heap.u8(pass, PASS_BYTES), scoring);
    const calls = assignment.chunks.map(([first, count]) => [pass, first, first + count, share, slack]);
    await engine.run("measureRests", calls);
  }
  await packRows(engine, basis.coefficients, basis.capacity * 4, depth, clusters, panels);
  const errors = sizes.map((size, k) => basisScoreError(columns, depth, size, left[k]!));
  heap.f32(inside, clusters).set(errors.map((error) => error.inside));
  heap.f32(outside, clusters).set(errors.map((error) => error.outside));
  return scoring;
}

/** The sizes for rows less the origin: the squared distance of x to c is |x - o|^2 + 2 (x - o) (o - c) + |c - o|^2. */
function aboutOrigin({ norm }: CentroidSizes): CentroidSizes {
  return { norm, constant: norm * norm, sum: norm };
}

/** Packs the centered centroids as 16-bit integers, and writes what 1 means in each one's. */
async function packIntegers(
  engine: Engine,
  { columns, clusters, blocks: { centered, panels, units } }: WasmAssignment,
  sizes: readonly CentroidSizes[],
): Promise<void> {
  const factors = Float32Array.from(sizes, ({ norm }) => (norm === 0 ? 0 : INTEGER_LENGTH / norm));
  engine.heap.f32(units, clusters).set(sizes.map(({ norm }) => (norm === 0 ? 0 : integerUnit(norm))));
  const padded = roundUp(clusters, TILE_COLUMNS);
  await withTemporaries(engine.heap, "packing centroids", async (temporaries) => {
    const factorsAt = await temporaries.copy(factors);
    const calls = [...blocks(columns, INTEGER_DEPTH)].map(([start, depth]) => [
      ...[centered + start * 4, columns * 4, clusters, depth, factorsAt, 4, TILE_COLUMNS],
      panels + start * padded * 2,
    ]);
    await engine.run("quantizeRows", calls);
  });
}

function lengthOf(values: Float32Array): number {
  let squared = 0;
  for (const value of values) squared += value * value;
  return Math.sqrt(squared);
}

function sizesOf(stats: Float64Array): CentroidSizes[] {
  return Array.from({ length: stats.length / 3 }, (_, k) => ({
    norm: stats[3 * k]!,
    constant: stats[3 * k + 1]!,
    sum: stats[3 * k + 2]!,
  }));
}
