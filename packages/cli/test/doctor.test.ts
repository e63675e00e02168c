import { availableParallelism, totalmem } from "node:os";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { demandBackend, jsonWithPeers } from "./support/peers.ts";

it("doctor lists the machine's abilities, and the reason against every absent backend", async () => {
  const found = await wellbegunJson(["doctor"]);
  expect(found).toMatchObject({
    runtime: { name: "Node", version: process.versions.node },
    cpu: { cores: availableParallelism() },
    memory: { total: totalmem() },
  });
  expect(Object.keys(found.wasm)).toEqual(["simd", "relaxed", "threads"]);
  const names = found.backends.map(({ name }: { name: string }) => name);
  expect(names).toEqual([
    "webgpu",
    ...["onnx:cuda", "onnx:webgpu", "onnx:cpu", "onnx:wasm"],
    ...["tfjs:wasm", "tfjs:cpu", "tfjs:webgpu", "tfjs:node", "tfjs:node-gpu"],
    ...["wasm", "cpu"],
  ]);
  const automatic = found.backends.filter((one: { automatic: boolean }) => one.automatic);
  expect(automatic.map(({ name }: { name: string }) => name)).toEqual([
    found.wasm.simd.accepted ? "wasm" : "cpu",
  ]);
  for (const { available, device, reason, hint } of found.backends) {
    if (available) expect(device).toBeTypeOf("string");
    else expect(reason).toMatch(/\w+/);
    // All that is needed, the backend's own package included.
    if (reason?.includes("no such package")) expect(hint).toMatch(/npm install @wellbegun\/backend-\w+ \S+/);
  }
});

it("doctor shows device, versions and limits of the backends that start", async (context) => {
  await demandBackend("onnx:cpu", context);
  await demandBackend("webgpu", context);
  const { backends } = await jsonWithPeers(["doctor"]);
  const of = (wanted: string) => backends.find(({ name }: { name: string }) => name === wanted);
  expect(of("onnx:cpu")).toMatchObject({
    available: true,
    versions: {
      "@wellbegun/backend-onnx": expect.stringMatching(/^\d/),
      "onnxruntime-node": expect.stringMatching(/^1\./),
    },
    accumulation: "float64",
    threads: availableParallelism(),
    reason: null,
    hint: null,
  });
  expect(of("webgpu")).toMatchObject({ available: true, accumulation: "compensated" });
  // What WebGPU guarantees of a buffer.
  expect(of("webgpu").maxMatrixBytes).toBeGreaterThanOrEqual(256 * 2 ** 20);
  expect(of("cpu")).toMatchObject({ maxMatrixBytes: null, threads: 1 });
});

it("doctor prints a text for people", async () => {
  const { status, stdout } = await wellbegun(["doctor"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/cpu +yes/);
  expect(stdout).toContain("taken by --backend auto");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
});
