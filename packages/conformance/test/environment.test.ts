import { afterEach, expect, it, vi } from "vitest";
import { requiredDevices, runtimeName } from "../src/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

it("requiredDevices reads a list with commas", () => {
  const env = { WELLBEGUN_REQUIRED_DEVICES: " webgpu, onnx:cpu,,webgpu/SwiftShader " };
  expect(requiredDevices(env)).toEqual(["webgpu", "onnx:cpu", "webgpu/SwiftShader"]);
});

it("requiredDevices is empty where the variable is empty or not set", () => {
  expect(requiredDevices({})).toEqual([]);
  expect(requiredDevices({ WELLBEGUN_REQUIRED_DEVICES: "" })).toEqual([]);
});

it("requiredDevices reads the environment of the process unless it is given one", () => {
  vi.stubEnv("WELLBEGUN_REQUIRED_DEVICES", "wasm");
  expect(requiredDevices()).toEqual(["wasm"]);
});

it("runtimeName names Node and its version", () => {
  expect(runtimeName()).toBe(`node ${process.versions.node}`);
});

it("runtimeName names Deno and Bun, although both have a process like Node's", () => {
  vi.stubGlobal("Deno", { version: { deno: "2.5.1" } });
  expect(runtimeName()).toBe("deno 2.5.1");
  vi.unstubAllGlobals();
  vi.stubGlobal("Bun", { version: "1.3.0" });
  expect(runtimeName()).toBe("bun 1.3.0");
});

it.each([
  [
    "chrome 140",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  ],
  ["firefox 143", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"],
  [
    "safari 18",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  ],
  ["unknown", ""],
])("runtimeName names a browser: %s", (name, userAgent) => {
  vi.stubGlobal("process", undefined);
  vi.stubGlobal("navigator", { userAgent });
  const found = [runtimeName(), requiredDevices().length];
  vi.unstubAllGlobals();
  expect(found).toEqual([name, 0]);
});
