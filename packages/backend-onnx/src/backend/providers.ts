import { WellbegunError } from "@wellbegun/core";
import { type Provider, providerOrder } from "./provider-order.ts";
import type { LoadedRuntime } from "./runtime.ts";
import { Sessions } from "./sessions.ts";

/** A provider that was tried. */
export interface ProviderStatus {
  readonly name: Provider;
  readonly available: boolean;
  /** Why it cannot be used. */
  readonly reason?: string;
}

/**
 * Opens a provider and checks it by computing a known product.
 *
 * @throws {WellbegunError} `unavailable` with the provider's reason.
 */
export async function openProvider(
  runtime: LoadedRuntime,
  provider: Provider,
  threads: number,
): Promise<Sessions> {
  const doing = `starting ONNX Runtime's ${provider} provider`;
  if (!providerOrder[runtime.kind].includes(provider)) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: `a provider of ${runtime.kind}: ${providerOrder[runtime.kind].join(", ")}`,
      found: provider,
    });
  }
  const sessions = new Sessions(runtime, provider, threads);
  try {
    await expectFloat32(sessions, doing);
    return sessions;
  } catch (error) {
    await sessions.release();
    throw error;
  }
}

// Large enough for a device to use its usual kernels.
const SIDE = 64;

/** Throws unless products keep float32's precision: CUDA devices may round operands to TF32, which has 11 bits. */
async function expectFloat32(sessions: Sessions, doing: string): Promise<void> {
  const value = 1 + 2 ** -20;
  const square = (values: Float32Array) => ({ values, rows: SIDE, columns: SIDE });
  const identity = new Float32Array(SIDE * SIDE).map((_, p) => (p % (SIDE + 1) === 0 ? 1 : 0));
  const product = new Float32Array(SIDE * SIDE);
  await sessions.run(
    "product",
    square(new Float32Array(SIDE * SIDE).fill(value)),
    square(identity),
    square(product),
  );
  const wrong = product.find((found) => found !== value);
  if (wrong === undefined) return;
  throw new WellbegunError("unavailable", {
    doing,
    expected: `products in float32: ${value} times 1`,
    found: `${wrong}`,
    ...(sessions.provider === "cuda"
      ? { hint: "Set NVIDIA_TF32_OVERRIDE=0 before the process starts, so that CUDA keeps float32." }
      : {}),
  });
}

/** Whether the runtime takes arrays in memory that threads share; Node's native modules do from version 22 on. */
export async function takesSharedMemory(sessions: Sessions): Promise<boolean> {
  if (typeof SharedArrayBuffer === "undefined") return false;
  const one = () => ({ values: new Float32Array(new SharedArrayBuffer(4)), rows: 1, columns: 1 });
  return await sessions.run("product", one(), one(), one()).then(
    () => true,
    () => false,
  );
}
