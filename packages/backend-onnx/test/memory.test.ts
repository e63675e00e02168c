import { fit } from "@wellbegun/core";
import { expect, it } from "vitest";
import { memoryInUse } from "../../../test-support/memory.ts";
import { openOnnx } from "../src/backend/onnx.ts";
import { everything, planFor } from "../src/backend/plan.ts";
import { syntheticInput } from "./support/fixtures.ts";
import { peerFor } from "./support/peers.ts";
import { watchedRuntime } from "./support/watched-runtime.ts";

const peer = await peerFor("memory of onnx:cpu", "onnxruntime-node");
if (peer !== undefined) {
  it("works on the host's matrices, and copies nothing in or out", async () => {
    const { runtime, lastArrays } = watchedRuntime(peer);
    const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, () => everything);
    const a = await backend.create(6, 5);
    const b = await backend.create(5, 3);
    const out = await backend.create(6, 3);
    const memory = await backend.read(a, 0, 6, (view) => view.buffer);
    const places = [];
    for (const matrix of [a, b, out]) {
      places.push(await backend.read(matrix, 0, matrix.rows, (view) => [view.byteOffset, view.length]));
    }
    await backend.multiply(a, b, out);
    const arrays = lastArrays();
    expect(arrays.map((array) => [array.byteOffset, array.length])).toEqual(places);
    for (const array of arrays) expect(array.buffer).toBe(memory);
    await backend.dispose();
  });

  it("leaves small products to the host, and computes large ones", async () => {
    const { runtime, runs } = watchedRuntime(peer);
    const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, planFor);
    const product = async (rows: number, depth: number, columns: number): Promise<number> => {
      const [a, b] = [await backend.create(rows, depth), await backend.create(depth, columns)];
      const before = runs();
      await backend.multiply(a, b, await backend.create(rows, columns));
      return runs() - before;
    };
    expect(await product(10, 20, 30)).toBe(0);
    expect(await product(200, 100, 30)).toBe(1);
    await backend.dispose();
  });

  it("makes one session for each product, whatever its size, and releases it", async () => {
    const { runtime, sessions, runs } = watchedRuntime(peer);
    const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, () => everything);
    const before = runs();
    for (const [rows, depth, columns] of [[6, 5, 3] as const, [30, 2, 7] as const, [1, 9, 1] as const]) {
      const a = await backend.create(rows, depth);
      const b = await backend.create(depth, columns);
      await backend.multiply(a, b, await backend.create(rows, columns));
      await backend.multiply(a, await backend.create(rows, columns), await backend.create(depth, columns), {
        transposeA: true,
      });
      await backend.topK(a, await backend.create(4, depth), 2);
    }
    expect(runs() - before).toBe(9);
    expect(sessions()).toEqual({ made: 3, open: 3 });
    await backend.dispose();
    expect(sessions().open).toBe(0);
  });

  it("leaves memory where it was after 20 fits", async () => {
    const { runtime, sessions } = watchedRuntime(peer);
    const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, () => everything);
    const input = await syntheticInput({
      users: 200,
      items: 300,
      modalities: [{ name: "image", width: 256 }],
    });
    const run = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await fit(input, { clusters: 16, lambda: 0.5, restarts: 1, dim: 16, backend });
      }
    };
    await run(10);
    const before = await memoryInUse();
    const opened = sessions().open;
    await run(20);
    const after = await memoryInUse();
    expect(sessions().open).toBe(opened);
    // The features of a fit are 300 KB: what keeps them would keep 6 MB.
    expect(after.arrays - before.arrays).toBeLessThan(2_000_000);
    expect(after.process - before.process).toBeLessThan(40_000_000);
    await backend.dispose();
  });

  it("gives back everything when 20 backends come and go", async () => {
    const { runtime, sessions } = watchedRuntime(peer);
    const cycle = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        const backend = await openOnnx({ runtime, executionProviders: ["cpu"] }, () => everything);
        const x = await backend.create(100, 64);
        await backend.multiply(x, x, await backend.create(64, 64), { transposeA: true });
        await backend.dispose();
      }
    };
    await cycle(10);
    const before = await memoryInUse();
    await cycle(20);
    expect(sessions().open).toBe(0);
    // The memory of a host is 16 MB.
    expect((await memoryInUse()).process - before.process).toBeLessThan(100_000_000);
  });
}

const gpuPeer = await peerFor("bytes that cross to onnx:webgpu", "onnxruntime-node");
if (gpuPeer !== undefined) {
  it("sends features to a GPU once and takes tables back once, where they are projected there", async () => {
    const [ITEMS, WIDTH, DIM] = [1100, 1000, 64];
    const { runtime, crossed, runs } = watchedRuntime(gpuPeer);
    const backend = await openOnnx({ runtime, executionProviders: ["webgpu"] }, planFor);
    const input = await syntheticInput({
      users: 100,
      items: ITEMS,
      modalities: [{ name: "image", width: WIDTH }],
    });
    // Opening tried the provider out.
    const before = { ...crossed(), runs: runs() };
    const options = {
      clusters: 4,
      restarts: 1,
      maxIterations: 3,
      lambda: 0.5,
      project: "random",
      dim: DIM,
    } as const;
    await fit(input, { ...options, backend });
    const after = crossed();
    expect(runs() - before.runs).toBe(1);
    expect(after.sent - before.sent).toBe(4 * (ITEMS * WIDTH + WIDTH * DIM));
    expect(after.received - before.received).toBe(4 * ITEMS * DIM);
    await backend.dispose();
  });

  it("sends nothing to a GPU where the transfer costs more than it saves", async () => {
    const { runtime, crossed } = watchedRuntime(gpuPeer);
    const backend = await openOnnx({ runtime, executionProviders: ["webgpu"] }, planFor);
    const input = await syntheticInput({ users: 100, items: 90, modalities: [{ name: "image", width: 60 }] });
    const before = crossed();
    await fit(input, { clusters: 4, restarts: 1, dim: 8, backend });
    expect(crossed()).toEqual(before);
    await backend.dispose();
  });
}
