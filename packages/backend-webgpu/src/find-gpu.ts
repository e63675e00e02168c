import { WellbegunError } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import type { GPULike } from "./gpu-types.ts";
import { importModule } from "./import-module.ts";

/** The globals that distinguish the runtimes, without depending on any runtime's types. */
interface Runtimes {
  readonly navigator?: { readonly gpu?: GPULike };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly Deno?: unknown;
  readonly Bun?: unknown;
}

/** The package with Dawn, Chromium's WebGPU, for Node. */
export const dawnPackage = "webgpu";

/**
 * The runtime's own `navigator.gpu`, or, in Node, Dawn. The Dawn addon crashes Deno and Bun, so it is not
 * loaded there.
 *
 * @param dawnFlags Passed to Dawn's `create`; ignored where `navigator.gpu` exists.
 * @throws {WellbegunError} `unavailable` with a hint.
 */
export async function findGpu(
  dawnFlags: readonly string[],
  runtimes: Runtimes = globalThis as Runtimes,
): Promise<GPULike> {
  const doing = "looking for WebGPU";
  const own = runtimes.navigator?.gpu;
  if (own !== undefined && own !== null) return own;
  if (runtimes.Deno !== undefined) {
    throw noGpu("Deno without it", "Start it with --unstable-webgpu, or take a newer Deno.");
  }
  if (runtimes.Bun !== undefined) {
    const hint = "Bun has none of its own: npm install bun-webgpu, and call its setupGlobals() first.";
    throw noGpu("Bun without it", hint);
  }
  if (runtimes.process?.versions?.node === undefined) {
    const hint = "It needs a browser with WebGPU, and a page on https or localhost.";
    throw noGpu("a browser or worker without it", hint);
  }
  const dawn = await importPeer(importModule, dawnPackage, { doing });
  const { create } = dawn;
  if (typeof create !== "function") {
    throw new WellbegunError("unavailable", {
      doing,
      expected: `a function create in the package ${dawnPackage}`,
      found: typeof create,
      hint: `Install a newer one: npm install ${dawnPackage}`,
    });
  }
  return create([...dawnFlags]);
}

function noGpu(found: string, hint: string): WellbegunError {
  return new WellbegunError("unavailable", {
    doing: "looking for WebGPU",
    expected: "navigator.gpu",
    found,
    hint,
  });
}
