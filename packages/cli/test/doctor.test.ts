import { availableParallelism, totalmem } from "node:os";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";

it("tells what the machine has, and of every absent backend why", async () => {
  const found = await wellbegunJson(["doctor"]);
  expect(found).toMatchObject({
    runtime: { name: "Node", version: process.versions.node },
    cpu: { cores: availableParallelism() },
    memory: { total: totalmem() },
  });
  expect(Object.keys(found.wasm)).toEqual(["simd", "relaxed", "threads"]);
  const names = found.backends.map(({ name }: { name: string }) => name);
  expect(names).toEqual(["wasm", "cpu", "webgpu", "onnx", "tfjs"]);
  const automatic = found.backends.filter((one: { automatic: boolean }) => one.automatic);
  expect(automatic.map(({ name }: { name: string }) => name)).toEqual([
    found.wasm.simd.accepted ? "wasm" : "cpu",
  ]);
  for (const { available, device, reason, hint } of found.backends) {
    if (available) expect(device).toBeTypeOf("string");
    else expect(reason).toMatch(/\w+/);
    // The package of the backend, or what that package needs.
    if (reason?.includes("no such package"))
      expect(hint).toMatch(/npm install \S*(?:@wellbegun|webgpu|onnx|tfjs)/);
  }
});

it("prints it for people", async () => {
  const { status, stdout } = await wellbegun(["doctor"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/cpu +yes/);
  expect(stdout).toContain("taken by --backend auto");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
});
