import { type Backend, cpu } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { createRandom } from "@wellbegun/core/support";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openOnnx } from "../src/backend/onnx.ts";
import { everything } from "../src/backend/plan.ts";
import { peerFor } from "./support/peers.ts";

const runtime = await peerFor("dense operations of onnx:cpu", "onnxruntime-node");
if (runtime !== undefined) {
  const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, () => everything);
  const portable = cpu();
  afterAll(async () => {
    await backend.dispose();
    await portable.dispose();
  });

  describe("assign", () => {
    it("gives the portable backend's labels where rows lie between centroids, over many passes", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            seed: fc.nat(),
            rows: fc.integer({ min: 1, max: 60 }),
            columns: fc.integer({ min: 1, max: 40 }),
            clusters: fc.integer({ min: 1, max: 12 }),
            // How far rows are from halfway between two centroids: from exact ties to far apart.
            jitter: fc.constantFrom(0, 1e-9, 1e-7, 1e-5, 1e-2, 1),
            // Far from the origin float32 products lose what tells centroids apart.
            offset: fc.constantFrom(0, 1, 1000),
          }),
          async ({ seed, rows, columns, clusters, jitter, offset }) => {
            const random = createRandom(seed, "near-ties");
            let centroids = new Float32Array(clusters * columns).map(() => offset + random.normal());
            const x = new Float32Array(rows * columns);
            for (let r = 0; r < rows; r++) {
              const [i, j] = [random.integer(clusters), random.integer(clusters)];
              for (let c = 0; c < columns; c++) {
                const middle = (centroids[i * columns + c]! + centroids[j * columns + c]!) / 2;
                x[r * columns + c] = middle + jitter * random.normal();
              }
            }
            const runs = await Promise.all(
              [backend, portable].map(async (one) => {
                const matrix = await load(one, x, rows, columns);
                return { one, matrix, assignment: await one.createAssignment(rows, columns, clusters) };
              }),
            );
            for (let pass = 0; pass < 4; pass++) {
              const [found, expected] = await Promise.all(
                runs.map(async ({ one, matrix, assignment }) => {
                  const step = await one.assign(assignment, matrix, centroids);
                  return { labels: [...(await assignment.labels())], ...step };
                }),
              );
              expect(found!.labels).toEqual(expected!.labels);
              expect(found!.changed).toBe(expected!.changed);
              expect([...found!.counts]).toEqual([...expected!.counts]);
              centroids = centroids.map((value) => value + 0.05 * random.normal());
            }
            for (const { matrix, assignment } of runs) {
              matrix.dispose();
              assignment.dispose();
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    it("finds a centroid that comes back from NaN", async () => {
      const x = new Float32Array(20 * 3).map((_, p) => Math.floor(p / 3));
      const centroids = new Float32Array(4 * 3).map((_, p) => 5 * Math.floor(p / 3));
      const lost = centroids.slice().fill(NaN, 3, 6);
      const runs = await Promise.all(
        [backend, portable].map(async (one) => {
          const matrix = await load(one, x, 20, 3);
          const assignment = await one.createAssignment(20, 3, 4);
          const labels: number[][] = [];
          for (const given of [centroids, lost, centroids]) {
            await one.assign(assignment, matrix, given);
            labels.push([...(await assignment.labels())]);
          }
          return labels;
        }),
      );
      expect(runs[0]).toEqual(runs[1]);
      expect(runs[0]![2]).toEqual(runs[0]![0]);
    });

    it("does not look again at rows whose centroid does not move", async () => {
      // Far groups: after the first pass every row's bounds are apart, so that NaN put into the rows goes unseen.
      const x = new Float32Array(40 * 8).map((_, p) => (Math.floor(p / 8) % 4) * 100 + (p % 8));
      const centroids = new Float32Array(4 * 8).map((_, p) => Math.floor(p / 8) * 100 + (p % 8));
      const matrix = await load(backend, x, 40, 8);
      const assignment = await backend.createAssignment(40, 8, 4);
      await backend.assign(assignment, matrix, centroids);
      const labels = await assignment.labels();
      await backend.write(matrix, 0, 40, (into) => void into.fill(NaN));
      const { changed } = await backend.assign(
        assignment,
        matrix,
        centroids.map((value) => value + 1e-3),
      );
      expect(changed).toBe(0);
      expect([...(await assignment.labels())]).toEqual([...labels]);
    });
  });

  describe("multiply", () => {
    it("sums a transposed product of many rows of one sign without losing digits", async () => {
      const rows = 50_000;
      const random = createRandom(1, "one sign");
      const a = new Float32Array(rows * 2).map(() => 0.5 + random.uniform());
      const b = new Float32Array(rows * 3).map(() => 0.5 + random.uniform());
      const expected = new Float64Array(6);
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < 2; i++) {
          for (let j = 0; j < 3; j++) expected[i * 3 + j]! += a[r * 2 + i]! * b[r * 3 + j]!;
        }
      }
      const out = await backend.create(2, 3);
      const [left, right] = [await load(backend, a, rows, 2), await load(backend, b, rows, 3)];
      await backend.multiply(left, right, out, { transposeA: true });
      const found = await valuesOf(backend, out);
      for (let p = 0; p < 6; p++) expect(Math.abs(found[p]! / expected[p]! - 1)).toBeLessThan(1e-6);
      for (const matrix of [left, right, out]) matrix.dispose();
    });

    it("crosses from one block of rows to the next", async () => {
      // 16 MB of rows are one block: this is two and a bit.
      const [rows, columns] = [2100, 4096];
      const random = createRandom(2, "blocks");
      const a = new Float32Array(rows * columns).map(() => random.uniform());
      const b = new Float32Array(columns).map(() => random.uniform());
      const expected = Float64Array.from({ length: rows }, (_, r) => {
        return b.reduce((sum, value, c) => sum + value * a[r * columns + c]!, 0);
      });
      const [left, right] = [await load(backend, a, rows, columns), await load(backend, b, columns, 1)];
      const out = await load(backend, new Float32Array(rows).fill(1), rows, 1);
      await backend.multiply(left, right, out);
      await backend.multiply(left, right, out, { accumulate: true });
      const found = await valuesOf(backend, out);
      for (let r = 0; r < rows; r++) expect(Math.abs(found[r]! / (2 * expected[r]!) - 1)).toBeLessThan(1e-5);
      for (const matrix of [left, right, out]) matrix.dispose();
    });
  });

  describe("topK", () => {
    it("keeps its order across blocks of users and items", async () => {
      // Whole numbers have equal scores in plenty, and exact ones.
      const random = createRandom(3, "ranking");
      const [users, items, columns, k] = [300, 5000, 4, 17];
      const left = new Float32Array(users * columns).map(() => random.integer(5) - 2);
      const right = new Float32Array(items * columns).map(() => random.integer(5) - 2);
      const excluded = new Uint32Array(users * 6).map(() => random.integer(items));
      const exclude = {
        rows: users,
        columns: items,
        offsets: Uint32Array.from({ length: users + 1 }, (_, u) => 6 * u),
        indices: excluded,
      };
      const [found, expected] = await Promise.all(
        [backend, portable].map(async (one) => {
          const operands = [
            await load(one, left, users, columns),
            await load(one, right, items, columns),
          ] as const;
          const best = await one.topK(...operands, k, exclude);
          for (const matrix of operands) matrix.dispose();
          return best;
        }),
      );
      expect([...found!.items]).toEqual([...expected!.items]);
      expect([...found!.scores]).toEqual([...expected!.scores]);
    });
  });
}

async function load(backend: Backend, values: Float32Array, rows: number, columns: number): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}

async function valuesOf(backend: Backend, matrix: Matrix): Promise<Float32Array> {
  return await backend.read(matrix, 0, matrix.rows, (view) => view.slice());
}
