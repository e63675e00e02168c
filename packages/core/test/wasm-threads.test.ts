import { createHash } from "node:crypto";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Backend, Matrix, SparseMatrix } from "../src/backend/backend.ts";
import { checkedBackend } from "../src/backend/checked.ts";
import { deviceOn } from "../src/backend/wasm/device.ts";
import { probeWasm, wasm } from "../src/backend/wasm/index.ts";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";
import { compileKernels, instantiateKernels } from "../src/backend/wasm/runtime/kernels.ts";
import { SCRATCH_BYTES } from "../src/backend/wasm/runtime/layout.ts";
import { Pool } from "../src/backend/wasm/runtime/pool.ts";
import { normalTable, numbers } from "./support/numbers.ts";

interface Threaded {
  readonly pool: Pool;
  readonly backend: Backend;
}

async function open(threads: number): Promise<Threaded> {
  const module = await compileKernels("plainShared");
  const heap = new Heap(true);
  const scratch = await heap.allocate(SCRATCH_BYTES, "testing");
  const kernels = await instantiateKernels(module, heap.memory, scratch);
  const pool = await Pool.create({ module, heap, kernels, threads, startAfter: 0, shareAfter: 0 });
  return { pool, backend: checkedBackend(deviceOn(pool, "cpu")) };
}

async function load(backend: Backend, rows: number, columns: number, seed: number): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(normalTable(rows, columns, seed)));
  return matrix;
}

function checksum(values: NodeJS.TypedArray): string {
  return createHash("sha256").update(values).digest("hex");
}

/** Runs every operation that is shared among threads, and returns a checksum of every result. */
async function everything(backend: Backend): Promise<Record<string, string>> {
  const [rows, columns, width, users] = [900, 70, 130, 700];
  const x = await load(backend, rows, columns, 1);
  const w = await load(backend, columns, width, 2);
  const product = await backend.create(rows, width);
  const back = await backend.create(columns, width);
  const averages = await backend.create(users, columns);
  const { below } = numbers(3);
  // With 21 entries a user the table is scaled before its rows are added, with 9 they are scaled one by one.
  const graph = (entries: number): SparseMatrix => ({
    rows: users,
    columns: rows,
    offsets: Uint32Array.from({ length: users + 1 }, (_, u) => u * entries),
    indices: Uint32Array.from({ length: users * entries }, () => below(rows)),
    columnScale: normalTable(rows, 1, 4),
  });
  const s = graph(9);
  await backend.transformRows(x, { unit: true });
  await backend.multiply(x, w, product);
  await backend.multiply(x, product, back, { transposeA: true });
  await backend.multiplySparse(s, x, averages);
  await backend.multiplySparse(graph(21), x, averages, { accumulate: true });
  const results: Record<string, string> = {};
  for (const [name, matrix] of Object.entries({ x, product, back, averages })) {
    results[name] = await backend.read(matrix, 0, matrix.rows, checksum);
  }
  results.gram = checksum(await backend.gram(x));
  const moments = await backend.columnMoments(product);
  results.moments = checksum(moments.sum) + checksum(moments.sumOfSquares);
  results.norms = checksum(await backend.rowNorms(product));
  const top = await backend.topK(averages, x, 10, s);
  results.top = checksum(top.items) + checksum(top.scores);
  // Scored as they are with a bound for each panel, and as integers with one for each centroid or for each panel.
  for (const clusters of [12, 17, 20]) {
    const assignment = await backend.createAssignment(rows, columns, clusters);
    let centroids = await backend.read(x, 0, clusters, (view) => view.slice());
    results[`distances ${clusters}`] = checksum(await backend.squaredDistances(x, centroids, clusters));
    for (let pass = 0; pass < 6; pass++) {
      const step = await backend.assign(assignment, x, centroids);
      centroids = Float32Array.from(
        step.sums,
        (sum, p) => sum / Math.max(1, step.counts[Math.floor(p / columns)]!),
      );
      results[`sums ${clusters}, ${pass}`] = checksum(step.sums);
    }
    results[`labels ${clusters}`] = checksum(await assignment.labels());
    results[`assigned ${clusters}`] = checksum(await backend.assignedDistances(assignment, x, centroids));
    assignment.dispose();
  }
  Object.assign(results, await trainingResults(backend));
  for (const handle of [x, w, product, back, averages]) handle.dispose();
  return results;
}

/** Runs every operation of training, and returns a checksum of every result. */
async function trainingResults(backend: Backend): Promise<Record<string, string>> {
  const training = backend.training!;
  const [rows, columns] = [700, 70];
  const matrices = await Promise.all(
    Array.from({ length: 9 }, (_, k) => load(backend, rows, columns, 20 + k)),
  );
  const [a, q, dz, p, m, v, g, z, slope] = matrices as [
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
  ];
  const vectors = await Promise.all([1, 2, 3, 4].map((k) => load(backend, 1, columns, 40 + k)));
  const [bias, gain, dgain, dbias] = vectors as [Matrix, Matrix, Matrix, Matrix];
  const square = await backend.create(rows, rows);
  const indices = Uint32Array.from({ length: rows }, (_, r) => (r * 37) % 90);
  const counts = Float64Array.from({ length: rows }, (_, r) => 1 + (r % 3));
  const step = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, beta1Power: 0.9, beta2Power: 0.999 };
  const results: Record<string, string> = {};
  const record = async (name: string, ...outputs: readonly Matrix[]): Promise<void> => {
    for (const [k, matrix] of outputs.entries()) {
      results[`${name} ${k}`] = await backend.read(matrix, 0, matrix.rows, checksum);
    }
  };
  await training.gate(a, bias, q, g, z);
  await record("gate", g, z);
  await training.gateBackward(dz, q, g, p, slope);
  await record("gateBackward", p, slope);
  await training.layerNorm(a, gain, bias, z);
  await training.layerNormBackward(dz, a, gain, slope, dgain, dbias);
  await record("layerNorm", z, slope, dgain, dbias);
  await training.multiplyTransposed(a, q, square);
  await training.weightedSum([a, q, dz], [1, -2, 0.5], z);
  await record("products", square, z);
  await training.addBias(z, bias);
  await training.scatterRows(z, indices, p);
  await training.gatherRows(p, indices, slope);
  await record("rows", z, p, slope);
  const pairs = await training.pairLoss(a, q, dz, g, z, slope, { ranking: 1, squares: 0.1, cosine: 0.2 });
  await record(`pairLoss ${JSON.stringify(pairs)}`, g, z, slope);
  const loss = await training.infoNce(a, q, g, z, { counts, temperature: 0.2, weight: 0.5 });
  await record(`infoNce ${loss}`, g, z);
  await backend.scaleRows(v, 0);
  await training.adam(p, m, v, g, step);
  await record("adam", p, m, v);
  for (const matrix of [...matrices, ...vectors, square]) matrix.dispose();
  return results;
}

it("This runtime has threads", () => {
  expect(probeWasm().threads).toMatchObject({ accepted: true });
});

describe.each([2, 3])("%i threads", (threads) => {
  const opened = open(threads);
  afterAll(async () => (await opened).backend.dispose());

  it("give the bits of one thread, with workers taking part", async () => {
    const { pool, backend } = await opened;
    const single = await wasm({ relaxed: false, threads: 1 });
    const expected = await everything(single);
    // Workers come up while the first rounds run; they must be right in the rounds that they join, too.
    let rounds = 0;
    while (pool.helped < 500 || rounds < 5) {
      expect(await everything(backend)).toEqual(expected);
      rounds++;
    }
    await single.dispose();
  });

  it("use memory that grew after they started", async () => {
    const { pool, backend } = await opened;
    const filler = await backend.create(40_000, 1000);
    const before = pool.helped;
    while (pool.helped < before + 50) {
      const s: SparseMatrix = {
        rows: 3000,
        columns: 1,
        offsets: new Uint32Array(3001).map((_, u) => (u % 2 === 0 ? u : u - 1)),
        indices: new Uint32Array(3001),
      };
      const one = await backend.create(1, 900);
      const out = await backend.create(3000, 900);
      await backend.write(one, 0, 1, (into) => void into.fill(2));
      await backend.multiplySparse(s, one, out);
      const sum = await backend.read(out, 0, 3000, (view) => view.reduce((total, value) => total + value, 0));
      expect(sum).toBe(2 * 900 * s.offsets[3000]!);
      out.dispose();
      one.dispose();
    }
    filler.dispose();
  });
});

it("The backend works with one thread where no worker can be started", async () => {
  vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
  const { pool, backend } = await open(3);
  const single = await wasm({ relaxed: false, threads: 1 });
  expect(await everything(backend)).toEqual(await everything(single));
  expect(pool.helped).toBe(0);
  await backend.dispose();
  await single.dispose();
  vi.unstubAllGlobals();
});
