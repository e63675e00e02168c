import { type Backend, cpu, fit, wasm } from "@wellbegun/core";
import { expect, it } from "vitest";
import { memoryInUse } from "../../../test-support/memory.ts";
import { crowd } from "../src/pipeline-input.ts";

const backends: readonly (readonly [string, () => Promise<Backend>])[] = [
  ["cpu", async () => cpu()],
  ["wasm", () => wasm({ threads: 1 })],
  ["wasm-threads", () => wasm({ threads: 2 })],
];

it.each(backends)("50 fits leave memory as it was on %s", async (name, create) => {
  const backend = await create();
  const input = crowd({ users: 200, items: 300, widths: { image: 128, text: 64 }, missing: 0.05 }, name);
  const run = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await fit(input, { clusters: 6, lambda: 0.5, restarts: 1, dim: 16, maxIterations: 5, backend });
    }
  };
  await run(10);
  const heap = await heapBytes(backend);
  const before = await memoryInUse();
  await run(50);
  const after = await memoryInUse();
  // The features of a fit are 230 KB: what keeps them would keep 11 MB.
  expect(after.arrays - before.arrays).toBeLessThan(1_000_000);
  expect(after.process - before.process).toBeLessThan(60_000_000);
  // WebAssembly memory never shrinks: that it did not grow says that all blocks came back.
  if (name !== "cpu") expect(await heapBytes(backend)).toBe(heap);
  await backend.dispose();
});

/** Bytes of the memory that a matrix of the backend lies in: for `wasm`, all of it. */
async function heapBytes(backend: Backend): Promise<number> {
  const matrix = await backend.create(1, 1);
  const bytes = await backend.read(matrix, 0, 1, (view) => view.buffer.byteLength);
  matrix.dispose();
  return bytes;
}
