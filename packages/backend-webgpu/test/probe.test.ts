import { isWellbegunError } from "@wellbegun/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findGpu } from "../src/find-gpu.ts";
import { type GPULike, probeWebgpu, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { fakeDevice } from "./support/fake-device.ts";

const { gpu } = await findDawn();
const none: GPULike = { requestAdapter: () => Promise.resolve(null) };
const broken: GPULike = { requestAdapter: () => Promise.reject(new Error("driver crashed")) };

async function caught(action: () => Promise<unknown>): Promise<unknown> {
  return await action().then(
    () => undefined,
    (error: unknown) => error,
  );
}

afterEach(() => vi.unstubAllGlobals());

describe("probeWebgpu", () => {
  it("describes an adapter", async () => {
    expect(await probeWebgpu({ gpu: fakeDevice().gpu })).toMatchObject({
      available: true,
      device: "acme imaginary",
      software: false,
      features: ["subgroups"],
      limits: { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 19 },
    });
  });

  it.each([
    ["there is no adapter", none, /found none.*Vulkan/],
    ["asking for one fails", broken, /driver crashed/],
  ])("gives the reason when %s", async (_, gpu, reason) => {
    const probe = await probeWebgpu({ gpu });
    expect(probe.available).toBe(false);
    expect(probe.reason).toMatch(reason);
  });

  it("gives a reason even where every call throws", async () => {
    const nothing = Object.create(null) as GPULike;
    expect(await probeWebgpu({ gpu: nothing })).toMatchObject({ available: false });
  });

  it("opens no device", async () => {
    const { gpu, buffers } = fakeDevice();
    const adapter = await gpu.requestAdapter();
    const requestDevice = vi.spyOn(adapter!, "requestDevice");
    await probeWebgpu({ gpu });
    expect(requestDevice).not.toHaveBeenCalled();
    expect(buffers.size).toBe(0);
  });

  it.skipIf(gpu === undefined)("describes the real adapter, whose limits a backend has", async () => {
    const probe = await probeWebgpu({ gpu });
    expect(probe.available).toBe(true);
    const backend = await webgpu({ gpu });
    expect(backend.capabilities).toMatchObject({
      device: probe.device,
      maxMatrixBytes: probe.limits!.maxBufferSize,
      accumulation: "compensated",
    });
    await backend.dispose();
  });
});

describe("The backend without a GPU", () => {
  it.each([
    ["no adapter", none],
    ["a broken driver", broken],
  ])("is unavailable: %s", async (_, gpu) => {
    const error = await caught(() => webgpu({ gpu }));
    expect(isWellbegunError(error) && error.code).toBe("unavailable");
  });

  it("is unavailable, with the cause, where no device opens", async () => {
    const { gpu } = fakeDevice();
    const adapter = await gpu.requestAdapter();
    const cause = new Error("too many devices");
    adapter!.requestDevice = () => Promise.reject(cause);
    const error = await caught(() => webgpu({ gpu }));
    expect(isWellbegunError(error) && error.code).toBe("unavailable");
    expect((error as Error).cause).toBe(cause);
  });
});

it("webgpu takes a device with default limits where an implementation refuses higher ones", async () => {
  const { gpu, device } = fakeDevice();
  const adapter = await gpu.requestAdapter();
  adapter!.requestDevice = (descriptor) =>
    descriptor?.requiredLimits === undefined
      ? Promise.resolve(device)
      : Promise.reject(new Error("no limits"));
  const backend = await webgpu({ gpu });
  expect((await backend.create(2, 2)).rows).toBe(2);
  await backend.dispose();
});

describe("findGpu", () => {
  it("takes navigator.gpu wherever it exists, also beside Node's process", async () => {
    const own = fakeDevice().gpu;
    const process = { versions: { node: "24.0.0" } };
    expect(await findGpu([], { navigator: { gpu: own }, process })).toBe(own);
  });

  it.each([
    ["Deno", { Deno: {}, process: { versions: { node: "24.0.0" } } }, /--unstable-webgpu/],
    ["Bun", { Bun: {}, process: { versions: { node: "24.0.0" } } }, /bun-webgpu/],
    ["a browser", { navigator: {} }, /browser with WebGPU/],
  ])("never loads Dawn in %s, and suggests what to do", async (_, runtimes, hint) => {
    const error = await caught(() => findGpu([], runtimes));
    expect(isWellbegunError(error) && error.code).toBe("unavailable");
    expect(isWellbegunError(error) && error.hint).toMatch(hint);
  });
});
