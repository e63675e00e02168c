import { isWellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import type { TfjsBackendName } from "./kinds.ts";
import { type TfjsOptions, tfjs } from "./open.ts";

/** The result of {@link probeTfjs} for one backend. */
export interface TfjsProbe {
  readonly backend: TfjsBackendName;
  readonly available: boolean;
  /** Name of the device that runs the operations. */
  readonly device?: string;
  /** Why it is not available. */
  readonly reason?: string;
  /** What to do about it, where that is known. */
  readonly hint?: string;
}

/** Options of {@link probeTfjs}: those of {@link tfjs} but the backend. */
export interface TfjsProbeOptions extends Omit<TfjsOptions, "backend"> {
  /** Which to try, in this order. Default: `wasm`, `cpu` and `webgpu`, which load no native addon. */
  readonly backends?: readonly TfjsBackendName[] | undefined;
}

/** Reports which backends of TensorFlow.js {@link tfjs} can start on this machine, by starting each. Never throws. */
export async function probeTfjs(options: TfjsProbeOptions = {}): Promise<readonly TfjsProbe[]> {
  const { backends = ["wasm", "cpu", "webgpu"], ...others } = options;
  const found: TfjsProbe[] = [];
  for (const backend of backends) found.push(await probeOne({ ...others, backend }, backend));
  return found;
}

async function probeOne(options: TfjsOptions, backend: TfjsBackendName): Promise<TfjsProbe> {
  try {
    const started = await tfjs(options);
    const { device } = started.capabilities;
    await started.dispose();
    return { backend, available: true, device };
  } catch (error) {
    const reason = messageOf(error);
    const hint = isWellbegunError(error) ? error.hint : undefined;
    return { backend, available: false, reason, ...(hint === undefined ? {} : { hint }) };
  }
}
