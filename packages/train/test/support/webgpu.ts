import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type GPULike, webgpu } from "@wellbegun/backend-webgpu";
import type { Backend } from "@wellbegun/core";

/**
 * Opens the WebGPU backend on Dawn from the folder that WELLBEGUN_PEERS names; undefined, with a message, if Dawn or an
 * adapter is missing, which fails under CI.
 */
export async function openWebgpu(): Promise<(() => Promise<Backend>) | undefined> {
  const gpu = await findDawn();
  if (gpu !== undefined && (await gpu.requestAdapter()) !== null) return () => webgpu({ gpu });
  const missing = gpu === undefined ? "the package webgpu below WELLBEGUN_PEERS" : "an adapter";
  if (process.env.CI !== undefined) throw new Error(`Under CI a GPU is required; ${missing} is missing.`);
  console.log(`Golden cases on WebGPU are skipped: ${missing} is missing.`);
  return undefined;
}

async function findDawn(): Promise<GPULike | undefined> {
  const folder = process.env.WELLBEGUN_PEERS;
  if (folder === undefined) return undefined;
  try {
    const path = createRequire(pathToFileURL(join(folder, "package.json"))).resolve("webgpu");
    const { create } = (await import(pathToFileURL(path).href)) as { create: (flags: string[]) => GPULike };
    return create([]);
  } catch {
    return undefined;
  }
}
