import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { GPULike } from "../src/index.ts";

/** Dawn, if it is there, with an adapter. */
export interface Dawn {
  readonly gpu: GPULike | undefined;
  /** Why there is none, and how to get it; printed, and thrown under CI. */
  readonly reason: string;
}

/**
 * Looks for the package `webgpu` in this repository, and then below the folder that WELLBEGUN_PEERS names. Under CI
 * its absence, or that of an adapter, is a failure; elsewhere the reason is printed.
 */
export async function findDawn(): Promise<Dawn> {
  const found = await look();
  if (found.gpu === undefined) {
    if (process.env.CI !== undefined) throw new Error(`Under CI a GPU is required. ${found.reason}`);
    console.log(`Tests on a GPU are skipped: ${found.reason}`);
  }
  return found;
}

async function look(): Promise<Dawn> {
  const path = resolve();
  if (path === undefined) {
    const how = "npm install webgpu in any folder, and set WELLBEGUN_PEERS to that folder";
    return { gpu: undefined, reason: `the package webgpu is not installed. To have it: ${how}.` };
  }
  const { create } = (await import(pathToFileURL(path).href)) as { create: (flags: string[]) => GPULike };
  const gpu = create([]);
  if ((await gpu.requestAdapter()) !== null) return { gpu, reason: "" };
  const how = "apt-get install chromium brings SwiftShader; VK_ICD_FILENAMES chooses another Vulkan driver";
  return { gpu: undefined, reason: `Dawn finds no adapter. To have one: ${how}.` };
}

function resolve(): string | undefined {
  const places = [import.meta.url];
  const folder = process.env.WELLBEGUN_PEERS;
  if (folder !== undefined) places.push(pathToFileURL(join(folder, "package.json")).href);
  for (const place of places) {
    try {
      return createRequire(place).resolve("webgpu");
    } catch {
      // Not there; the next place may have it.
    }
  }
  return undefined;
}
