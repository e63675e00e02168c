import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { SparseMatrix, TopK } from "../src/backend/backend.ts";
import { createMatrix, type WasmMatrix } from "../src/backend/wasm/matrix.ts";
import { openScreen } from "../src/backend/wasm/ranking/screen.ts";
import { topK } from "../src/backend/wasm/ranking/top-k.ts";
import { ArrayCache } from "../src/backend/wasm/runtime/array-cache.ts";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";
import { compileKernels, instantiateKernels } from "../src/backend/wasm/runtime/kernels.ts";
import { SCRATCH_BYTES } from "../src/backend/wasm/runtime/layout.ts";
import { singleThreaded } from "../src/backend/wasm/runtime/single.ts";
import { numbers } from "./support/numbers.ts";

// The lists are compared, score for score, with a sort of all scores, each summed as the kernels of plain SIMD sum it:
// products in float32, in order, 128 at a time.

const heap = new Heap(false);
const scratch = await heap.allocate(SCRATCH_BYTES, "testing");
const engine = singleThreaded(
  heap,
  await instantiateKernels(await compileKernels("plain"), heap.memory, scratch),
);
const cache = new ArrayCache(heap);
afterAll(() => engine.dispose());

async function load(values: Float32Array, columns: number): Promise<WasmMatrix> {
  const matrix = await createMatrix(heap, values.length / columns, columns, { uninitialized: true });
  heap.f32(matrix.address, values.length).set(values);
  return matrix;
}

function score(users: Float32Array, u: number, items: Float32Array, i: number, depth: number): number {
  let sum = 0;
  for (let start = 0; start < depth; start += 128) {
    let part = 0;
    for (let c = start; c < Math.min(start + 128, depth); c++) {
      part = Math.fround(part + Math.fround(users[u * depth + c]! * items[i * depth + c]!));
    }
    sum = start === 0 ? part : Math.fround(sum + part);
  }
  return sum;
}

function sorted(
  users: Float32Array,
  items: Float32Array,
  depth: number,
  k: number,
  exclude?: SparseMatrix,
): TopK {
  const [userCount, itemCount] = [users.length / depth, items.length / depth];
  const lists = {
    items: new Int32Array(userCount * k).fill(-1),
    scores: new Float32Array(userCount * k).fill(-Infinity),
  };
  for (let u = 0; u < userCount; u++) {
    const left = new Set(exclude?.indices.subarray(exclude.offsets[u]!, exclude.offsets[u + 1]!));
    const scores = Float32Array.from({ length: itemCount }, (_, i) => score(users, u, items, i, depth));
    const candidates = Array.from(scores.keys()).filter((i) => !left.has(i) && !Number.isNaN(scores[i]));
    candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);
    for (const [rank, item] of candidates.slice(0, k).entries()) {
      lists.items[u * k + rank] = item;
      lists.scores[u * k + rank] = scores[item]!;
    }
  }
  return lists;
}

/** Vectors of each kind, from a stream of numbers. */
const kinds = {
  normal: ({ normal }) => normal(),
  "whole numbers, which tie": ({ below }) => below(3) - 1,
  "the first column large": ({ normal }, column) => normal() * (column === 0 ? 20 : 0.1),
  "a few rows long": ({ normal }, _, row) => normal() * (row % 97 === 5 ? 1e4 : 1),
  "one row far beyond": ({ normal }, _, row) => normal() * (row === 300 ? 1e9 : 1),
  "many rows equal": (_, column, row) => Math.sin(column + (row % 5)),
} satisfies Record<string, (stream: ReturnType<typeof numbers>, column: number, row: number) => number>;

function table(kind: keyof typeof kinds, rows: number, depth: number, seed: number): Float32Array {
  const stream = numbers(seed);
  return Float32Array.from({ length: rows * depth }, (_, at) =>
    kinds[kind](stream, at % depth, Math.floor(at / depth)),
  );
}

/** Lists in any order, with repeats, of which some hold the best items. */
function exclusions(best: Int32Array, k: number, users: number, items: number, seed: number): SparseMatrix {
  const { below } = numbers(seed);
  const lists = Array.from({ length: users }, (_, u) => [
    ...Array.from({ length: (u * 7) % 40 }, () => below(items)),
    ...(u % 2 === 0 ? best.slice(u * k, u * k + 2) : []).filter((item) => item >= 0),
  ]);
  const offsets = new Uint32Array(users + 1);
  for (const [u, list] of lists.entries()) offsets[u + 1] = offsets[u]! + list.length;
  return { rows: users, columns: items, offsets, indices: Uint32Array.from(lists.flat()) };
}

describe("The wasm ranking", () => {
  it("equals a sort of all scores, whatever the vectors, shapes and exclusions", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
          users: fc.integer({ min: 1, max: 70 }),
          items: fc.integer({ min: 1, max: 700 }),
          depth: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(64, 127, 130)),
          k: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(150)),
          seed: fc.nat(),
        }),
        async ({ kind, users, items, depth, k, seed }) => {
          const left = table(kind, users, depth, seed);
          if (users > 8) left.fill(0, 3 * depth, 4 * depth).fill(NaN, 5 * depth, 5 * depth + 1);
          if (users > 8) left.fill(1e-30, 7 * depth, 8 * depth).fill(1e30, 8 * depth, 8 * depth + 1);
          const right = table(kind, items, depth, seed + 1);
          const matrices = { users: await load(left, depth), items: await load(right, depth) };
          const ranking = { engine, cache, ...matrices, k, exclude: undefined };
          try {
            const found = await topK(ranking);
            expect(found).toEqual(sorted(left, right, depth, k));
            const exclude = exclusions(found.items, k, users, items, seed);
            expect(await topK({ ...ranking, exclude })).toEqual(sorted(left, right, depth, k, exclude));
          } finally {
            matrices.users.dispose();
            matrices.items.dispose();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("screens normal vectors to the end, and leaves users whose items all tie to the scores", async () => {
    const [users, items, depth, k] = [50, 4000, 64, 20];
    const left = await load(table("normal", users, depth, 1), depth);
    const lists = { items: new Int32Array(users * k), scores: new Float32Array(users * k) };
    const openOf = async (right: WasmMatrix): Promise<Uint32Array | undefined> => {
      const ranking = { engine, cache, users: left, items: right, k, exclude: undefined };
      const screen = await openScreen(ranking);
      return await screen?.(0, users, lists);
    };
    expect(await openOf(await load(table("normal", items, depth, 2), depth))).toHaveLength(0);
    expect(await openOf(await load(new Float32Array(items * depth).fill(1), depth))).toHaveLength(users);
  });
});
