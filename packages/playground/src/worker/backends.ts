import { type Backend, isWellbegunError, wasm } from "@wellbegun/core";
import type { BackendName } from "../protocol.ts";

/** Opens the backend that was chosen. Where the browser offers no GPU, WebAssembly computes, and a note says so. */
export async function openBackend(
  name: BackendName,
): Promise<{ readonly backend: Backend; readonly note?: string }> {
  if (name === "cpu") return { backend: await (await import("@wellbegun/core")).cpu() };
  if (name === "wasm") return { backend: await wasm() };
  try {
    return { backend: await (await import("@wellbegun/backend-webgpu")).webgpu() };
  } catch (error) {
    if (!isWellbegunError(error) || error.code !== "unavailable") throw error;
    return { backend: await wasm(), note: "This browser offers no GPU, so WebAssembly computed." };
  }
}
