/**
 * TensorFlow.js, whose packages are optional peers: from the repository, else from the folders that WELLBEGUN_PEERS
 * names (each with a node_modules, separated as in PATH). What is absent is left out, and a line says so and how to get
 * it; where the environment variable CI is set, its absence fails.
 */
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import type { TensorFlow, TfjsBackendName } from "../../src/index.ts";

/**
 * Whether its absence is a failure. tfjs-node needs an addon that has to be built where no download is allowed: its
 * presence is demanded by WELLBEGUN_REQUIRED_DEVICES=tfjs:node.
 */
export function demanded(name: TfjsBackendName): boolean {
  return process.env.CI !== undefined && name !== "node" && name !== "node-gpu";
}

const packages: Readonly<Record<TfjsBackendName, readonly string[]>> = {
  cpu: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"],
  wasm: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm"],
  webgpu: ["webgpu", "@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-webgpu"],
  node: ["@tensorflow/tfjs-node"],
  "node-gpu": ["@tensorflow/tfjs-node-gpu"],
};

const places: readonly string[] = [
  import.meta.url,
  ...(process.env.WELLBEGUN_PEERS ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "package.json")),
];

/** Path of a package's main file; undefined if it is not installed. */
export function findPeer(name: string): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Not there; the next place may have it.
    }
  }
  return undefined;
}

/** The module with one backend registered; undefined if it is absent, which is printed. */
export function tensorFlowFor(name: TfjsBackendName): TensorFlow | undefined {
  const missing = packages[name].filter((one) => findPeer(one) === undefined);
  if (missing.length > 0) {
    const how = `npm install ${missing.join(" ")} in any folder, and add that folder to WELLBEGUN_PEERS`;
    const built = name === "node" ? " (tools/build-tfjs-node.sh builds its addon)" : "";
    const reason = `${missing.join(" and ")} not installed: ${how}${built}`;
    if (demanded(name)) throw new Error(`tfjs:${name}: ${reason}; with CI set it must be there`);
    console.warn(`Left out: tfjs:${name}; ${reason}.`);
    return undefined;
  }
  const require = createRequire(import.meta.url);
  const load = (peer: string): unknown => require(findPeer(peer)!);
  if (name === "webgpu") provideGpu(load("webgpu") as Dawn);
  const modules = packages[name].filter((peer) => peer !== "webgpu").map(load);
  return modules[0] as TensorFlow;
}

/** The package webgpu. */
interface Dawn {
  create(flags: readonly string[]): object;
  readonly globals: object;
}

/** What the README tells users of tfjs-webgpu to do in Node. */
function provideGpu({ create, globals }: Dawn): void {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, "navigator", { value: { gpu: create([]) }, configurable: true });
}
