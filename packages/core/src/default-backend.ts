import type { Backend } from "./backend/backend.ts";
import { cpu } from "./backend/portable/index.ts";
import { probeWasm, type WasmOptions, wasm } from "./backend/wasm/index.ts";

/**
 * Opens the backend that calls without the option `backend` use: `wasm()` where the runtime accepts its
 * kernels, else `cpu()`. The caller disposes of it. For many calls, open it once and pass it to each.
 *
 * @param options For `wasm()`.
 */
export async function defaultBackend(options: WasmOptions = {}): Promise<Backend> {
  return probeWasm().simd.accepted ? await wasm(options) : cpu();
}

/** Runs `use` on the given backend, which stays open, or on the default one, which is disposed of afterwards. */
export async function withBackend<T>(
  given: Backend | undefined,
  use: (backend: Backend) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return await use(given);
  const own = await defaultBackend();
  try {
    return await use(own);
  } finally {
    await own.dispose();
  }
}
