import { anyJob, type Backend, type BackendCandidate, cpu, WellbegunError, wasm } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";
import { giveNavigatorGpu } from "./navigator-gpu.ts";
import { type PackagedBackend, packagedBackends } from "./packages.ts";

/** Everything that `--backend` can name, in the order in which `auto` tries it. Nothing is loaded before its turn. */
export const candidates: readonly BackendCandidate[] = [
  ...packagedBackends.map((one) => ({
    name: one.name,
    open: () => openPackaged(one),
    suits: one.suits,
    install: installCommand(one),
    limits: one.limits,
  })),
  { name: "wasm", open: () => wasm(), suits: anyJob },
  { name: "cpu", open: async () => cpu(), suits: anyJob },
];

/**
 * As {@link candidates}, for training: without relaxed SIMD, which rounds as the processor does, so that one seed gives
 * the same bytes everywhere.
 */
export const trainingCandidates: readonly BackendCandidate[] = candidates.map((one) =>
  one.name === "wasm" ? { ...one, open: () => wasm({ relaxed: false }) } : one,
);

function installCommand({ packages, flags }: PackagedBackend): string {
  return ["npm install", ...packages, ...(flags === undefined ? [] : [flags])].join(" ");
}

async function openPackaged(one: PackagedBackend): Promise<Backend> {
  const { name, packages, factory, options = {}, navigatorGpu = false } = one;
  const [own] = packages;
  const request = { doing: `starting the backend ${name}`, install: installCommand(one) };
  const loaded = await importPeer(importModule, own, request);
  if (navigatorGpu) await giveNavigatorGpu(request);
  const start = loaded[factory];
  if (typeof start === "function") return await start(options);
  throw new WellbegunError("unavailable", {
    doing: request.doing,
    expected: `a function ${factory} in ${own}`,
    found: typeof start,
    hint: `Install the version that belongs to this one: npm install ${own}`,
  });
}
