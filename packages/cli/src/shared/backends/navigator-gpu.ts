import { importPeer, type PeerRequest } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";

/**
 * Gives Node the `navigator.gpu` that TensorFlow.js looks for, from Dawn. It must be there before TensorFlow.js is
 * imported. Only a program that has the process to itself may do this. Elsewhere the runtime has its own, or none: the
 * Dawn addon crashes Deno and Bun.
 */
export async function giveNavigatorGpu(request: PeerRequest): Promise<void> {
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  const { bun, deno } = process.versions;
  if (navigator?.gpu !== undefined || bun !== undefined || deno !== undefined) return;
  const { create, globals } = await importPeer(importModule, "webgpu", request);
  if (typeof create !== "function") return;
  Object.assign(globalThis, globals);
  // Held for as long as the process lives: Dawn ends with it.
  const value = { ...navigator, gpu: create([]) };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
}
