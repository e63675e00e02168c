import { messageOf } from "@wellbegun/core/backend";
import { processors } from "./processors.ts";
import { type Provider, providerOrder, type RuntimeKind } from "./provider-order.ts";
import { openProvider, type ProviderStatus } from "./providers.ts";
import { type LoadedRuntime, loadRuntime, type OrtRuntime } from "./runtime.ts";

/** The result of {@link probeOnnx}. */
export interface OnnxProbe {
  /** Whether `onnx()` can run here. */
  readonly available: boolean;
  /** Why not, with the install command. */
  readonly reason?: string;
  /** The package that was loaded, and its version. */
  readonly runtime?: RuntimeKind;
  readonly version?: string;
  /** Every provider of that package in the order in which they are tried. */
  readonly providers: readonly ProviderStatus[];
}

/** Options of {@link probeOnnx}. */
export interface OnnxProbeOptions {
  /** As for `onnx()`. */
  readonly runtime?: OrtRuntime | undefined;
}

/** Starts each provider, and reports which work and why the others do not. Never throws. */
export async function probeOnnx(options: OnnxProbeOptions = {}): Promise<OnnxProbe> {
  let runtime: LoadedRuntime;
  try {
    runtime = await loadRuntime(options.runtime);
  } catch (error) {
    return { available: false, reason: messageOf(error), providers: [] };
  }
  const providers: ProviderStatus[] = [];
  for (const name of providerOrder[runtime.kind]) providers.push(await tryProvider(runtime, name));
  const available = providers.some((provider) => provider.available);
  return {
    available,
    ...(available ? {} : { reason: "no execution provider starts" }),
    runtime: runtime.kind,
    version: runtime.version,
    providers,
  };
}

async function tryProvider(runtime: LoadedRuntime, name: Provider): Promise<ProviderStatus> {
  try {
    await (await openProvider(runtime, name, processors())).release();
    return { name, available: true };
  } catch (error) {
    return { name, available: false, reason: messageOf(error) };
  }
}
