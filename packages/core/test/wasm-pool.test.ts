import { afterEach, expect, it, vi } from "vitest";
import { Heap } from "../src/backend/wasm/runtime/heap.ts";
import { JobQueue } from "../src/backend/wasm/runtime/job-queue.ts";
import { compileKernels, instantiateKernels } from "../src/backend/wasm/runtime/kernels.ts";
import { SCRATCH_BYTES } from "../src/backend/wasm/runtime/layout.ts";
import { Pool } from "../src/backend/wasm/runtime/pool.ts";

afterEach(() => vi.restoreAllMocks());

/** A pool of two threads that shares what takes 5 ms, on a clock that moves with each call on the caller's thread; and the jobs it shares. */
async function open(costs: Readonly<Record<string, number>>) {
  const module = await compileKernels("plainShared");
  const heap = new Heap(true);
  const kernels = await instantiateKernels(
    module,
    heap.memory,
    await heap.allocate(SCRATCH_BYTES, "testing"),
  );
  let clock = 0;
  const timed = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (...args: number[]) => {
      clock += costs[name] ?? 0;
      kernel(...args);
    },
  ]);
  const pool = await Pool.create({
    ...{ module, heap, threads: 2, startAfter: 0, shareAfter: 5, now: () => clock },
    kernels: Object.fromEntries(timed) as typeof kernels,
  });
  const shared: number[] = [];
  const post = JobQueue.prototype.post;
  vi.spyOn(JobQueue.prototype, "post").mockImplementation(function (this: JobQueue, kernel, calls, together) {
    shared.push(calls.length);
    post.call(this, kernel, calls, together);
  });
  return { pool, shared };
}

/** Calls that change nothing: no rows. */
const calls = Array.from({ length: 12 }, () => [0, 0, 4, 0, 1]);

it("The pool shares a job once its first call says that the rest takes 5 ms, and the next one from its first call on", async () => {
  const { pool, shared } = await open({ scaleRows: 1 });
  await pool.run("scaleRows", calls);
  expect(shared).toEqual([11]);
  await pool.run("scaleRows", calls);
  expect(shared).toEqual([11, 12]);
  await pool.dispose();
});

it("The pool keeps a job that its last pace says is done within 5 ms, whatever other kernels take", async () => {
  const { pool, shared } = await open({ scaleRows: 0.1, rowNorms: 10 });
  for (let job = 0; job < 3; job++) await pool.run("scaleRows", calls);
  expect(shared).toEqual([]);
  await pool.run("rowNorms", [
    [0, 0, 4, 0],
    [0, 0, 4, 0],
  ]);
  expect(shared).toEqual([]);
  await pool.run("rowNorms", [
    [0, 0, 4, 0],
    [0, 0, 4, 0],
  ]);
  await pool.run("scaleRows", calls);
  expect(shared).toEqual([2]);
  await pool.dispose();
});
