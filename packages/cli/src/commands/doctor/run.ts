import { arch, availableParallelism, cpus, freemem, release, totalmem, type } from "node:os";

import { probeWasm } from "@wellbegun/core";
import { type BackendReport, examineBackends } from "../../shared/backends/status.ts";
import { packageVersions } from "../../shared/versions.ts";

/** The machine's resources and backends, as data. */
export interface Machine {
  readonly packages: Readonly<Record<string, string>>;
  readonly runtime: { readonly name: string; readonly version: string };
  readonly system: { readonly name: string; readonly release: string; readonly architecture: string };
  /** `cores`: those that this process may use. */
  readonly cpu: { readonly model: string; readonly cores: number };
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Which WebAssembly features the runtime accepts, each with the reason if it does not. */
  readonly wasm: Readonly<Record<string, { readonly accepted: boolean; readonly reason: string | null }>>;
  readonly backends: readonly BackendReport[];
}

/** Looks at the machine and tries every backend. */
export async function examine(): Promise<Machine> {
  return {
    packages: packageVersions(),
    runtime: runtime(),
    system: { name: type(), release: release(), architecture: arch() },
    cpu: { model: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism() },
    memory: { total: totalmem(), free: freemem() },
    wasm: Object.fromEntries(
      Object.entries(probeWasm()).map(([name, { accepted, reason = null }]) => [name, { accepted, reason }]),
    ),
    backends: await examineBackends(),
  };
}

function runtime(): { name: string; version: string } {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return { name: "Bun", version: bun };
  if (deno !== undefined) return { name: "Deno", version: deno };
  return { name: "Node", version: node };
}
