/** What a plan within a bound counts, beside what is allocated. */
import { expect, it, vi } from "vitest";
import { memoryInUse } from "../../../test-support/memory.ts";
import { assignmentBytes } from "../src/backend/assignment-bytes.ts";
import { createAssignment } from "../src/backend/wasm/kmeans/assignment.ts";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";
import { idBytes } from "../src/data/id-bytes.ts";
import { denseFeatures, fit, type Id, type IdBlocks, IdIndex, interactionsFromArrays } from "../src/index.ts";
import { type MemoryDemand, planMemory } from "../src/pipeline/memory.ts";
import { kmeansBytes } from "../src/stages/cluster/kmeans-bytes.ts";

it.each([
  ["rows that are scored themselves", 20_000, 8, 4],
  ["rows with coordinates", 5000, 512, 16],
  ["many clusters", 6000, 1024, 100],
])("counts what an assignment of k-means allocates for each row: %s", async (_, rows, columns, clusters) => {
  const allocated = async (count: number): Promise<number> => {
    const heap = new Heap(false);
    const allocate = vi.spyOn(heap, "allocate");
    await createAssignment(heap, count, columns, clusters, new Uint8Array(count), false);
    const bytes = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
    heap.dispose();
    return bytes;
  };
  // What does not depend on the rows is the same in both.
  const found = (await allocated(2 * rows)) - (await allocated(rows));
  const counted = assignmentBytes(2 * rows, columns, clusters) - assignmentBytes(rows, columns, clusters);
  expect(counted).toBeGreaterThanOrEqual(found);
  expect(counted).toBeLessThan(1.05 * found);
});

it("counts the rows of samples of k-means, which are copies, and refuses those beyond half of the memory", async () => {
  const [rows, columns, clusters] = [10_000, 64, 8];
  const plain = kmeansBytes(rows, columns, clusters, {});
  const copy = 4 * 6000 * columns;
  const sampled = kmeansBytes(rows, columns, clusters, { sampleSize: 6000 });
  expect(sampled.iterating).toBeGreaterThan(copy + 0.5 * plain.iterating);
  expect(sampled.seeding).toBeGreaterThan(copy + 0.5 * plain.seeding);
  const both = kmeansBytes(rows, columns, clusters, { sampleSize: 6000, initSize: 3000 });
  expect(both.seeding).toBeGreaterThan(1.5 * copy);
  expect(kmeansBytes(rows, columns, clusters, { sampleSize: rows })).toEqual(plain);
  const features = { image: denseFeatures(new Float32Array(rows * columns).fill(1), rows, columns) };
  const train = interactionsFromArrays({ users: [0], items: [0], userCount: 1, itemCount: rows });
  for (const name of ["sampleSize", "initSize"]) {
    const options = { clusters: 1, dim: 2, memory: 2 * copy - 1 };
    const message = `expected at most 5999 items, whose features take half of the memory, found 6000 (${name})`;
    await expect(fit({ train, features }, { ...options, [name]: 6000 })).rejects.toThrow(message);
  }
});

const count = 200_000;
it.each<[string, (row: number) => Id]>([
  // Text that was read is one string, not a tree of concatenated ones.
  ["text of Latin letters", (row) => Buffer.from(`user ${row * 7919}é`, "latin1").toString("latin1")],
  ["other text", (row) => Buffer.from(`пользователь ${row * 7919}`).toString()],
  ["short text", (row) => Buffer.from(`${row * 7919}`).toString("latin1")],
  ["numbers", (row) => row * 7919],
  ["numbers beyond 2^53", (row) => 2n ** 60n + BigInt(row)],
])("counts what IDs and the table of their rows take: %s", async (_, idOf) => {
  function* made(): Generator<Id> {
    for (let row = count; row > 0; row--) yield idOf(row);
  }
  const before = await memoryInUse();
  const ids = new IdIndex(made());
  expect(ids.rowOf(idOf(count))).toBe(0);
  const after = await memoryInUse();
  const found = after.heap + after.arrays - before.heap - before.arrays;
  expect(idBytes(ids)).toBeGreaterThan(0.99 * found);
  expect(idBytes(ids)).toBeLessThan(1.7 * found);
});

it("counts nothing for IDs that are read in blocks", () => {
  const ids: IdBlocks = { size: 2, blocks: () => [["a"], ["b"]] };
  expect([idBytes(ids), idBytes(undefined)]).toEqual([0, 0]);
});

it("plans as if held bytes were taken off the bound, blocks of streamed features included", () => {
  const demand: MemoryDemand = {
    items: 1e5,
    users: 1e6,
    interactions: 1e7,
    heldBytes: 0,
    featureWidths: [4096],
    itemWidths: [64],
    tableWidths: [64],
    clusterBytes: 1e6,
    seedBytes: 1e6,
    assignmentBytes: 1e6,
    projecting: { perRow: 0, constant: 0 },
    whitenedWidth: 0,
  };
  // Above what a runtime itself takes, which is at most a sixth of the bound.
  const memory = 1.1e9;
  const plan = planMemory(demand, { threads: 1 } as never, memory);
  expect(plan.streamedBlockRows).toBeLessThan(demand.items);
  for (const heldBytes of [1e6, 4e8, 3e9]) {
    const held = planMemory({ ...demand, heldBytes }, { threads: 1 } as never, memory + heldBytes);
    expect(held).toEqual(plan);
    const tight = planMemory({ ...demand, heldBytes }, { threads: 1 } as never, memory);
    expect(tight.residentRows).toBeLessThan(plan.residentRows);
    // Where more is held than the bound, blocks stay large enough for their work to count.
    expect(tight.streamedBlockRows).toBeGreaterThanOrEqual(Math.floor(memory / 80 / (4 * 4096)) / 2);
    expect(tight.tableBlockRows).toBeGreaterThan(1000);
  }
});
