import { expect, it } from "vitest";
import { type GPUAdapterLike, type GPUDeviceLike, type GPULike, webgpu } from "../src/index.ts";

// What is tested here is that it compiles (`npm run check`), against TypeScript's own DOM library.
it("webgpu accepts the objects of browsers under strict type checking", () => {
  const take = (gpu: GPU, adapter: GPUAdapter, device: GPUDevice): unknown[] => {
    const likes: [GPULike, GPUAdapterLike, GPUDeviceLike] = [gpu, adapter, device];
    return [...likes, () => webgpu({ gpu }), () => webgpu({ device })];
  };
  expect(take).toBeTypeOf("function");
});
