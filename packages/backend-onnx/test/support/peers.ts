/**
 * ONNX Runtime, which is an optional peer: from the repository, else from the folder that WELLBEGUN_PEERS names (one
 * with a node_modules). Where it is absent, tests that need it are left out and a line says so; where the environment
 * variable CI is set, its absence fails.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { it } from "vitest";
import type { OrtRuntime, OrtSession, OrtSessionOptions } from "../../src/index.ts";

/** A package of ONNX Runtime. */
export type PeerName = "onnxruntime-node" | "onnxruntime-web";

/** A tensor of a peer. */
export interface PeerTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** A session of a peer, all of whose outputs are wanted. */
export interface PeerSession extends OrtSession {
  run(feeds: Readonly<Record<string, PeerTensor>>): Promise<Readonly<Record<string, PeerTensor>>>;
}

/** A runtime as the tests use it: with tensors of whole numbers, and models from files. */
export interface PeerRuntime extends OrtRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<PeerSession>;
    create(path: string, options: OrtSessionOptions): Promise<PeerSession>;
  };
  readonly Tensor: {
    new (data: Float32Array, dims: readonly number[]): PeerTensor;
    new (data: BigInt64Array, dims: readonly number[]): PeerTensor;
  };
}

const found = new Map<PeerName, PeerRuntime | string>();

/** The runtime; undefined where it is absent, and then the suite is left out and named. */
export async function peerFor(suite: string, name: PeerName): Promise<PeerRuntime | undefined> {
  const known = found.get(name) ?? (await findPeer(name));
  found.set(name, known);
  if (typeof known !== "string") return known;
  if (process.env.CI !== undefined) throw new Error(`${suite}: ${known}; with CI set it must be there`);
  console.warn(`Left out: ${suite}; ${known}.`);
  it.skip(`${suite}: ${known}`, () => undefined);
  return undefined;
}

/** The runtime, or why it is not there. */
async function findPeer(name: PeerName): Promise<PeerRuntime | string> {
  const folder = process.env.WELLBEGUN_PEERS;
  const places = [import.meta.url, ...(folder === undefined ? [] : [join(folder, "package.json")])];
  for (const place of places) {
    let path: string;
    try {
      path = createRequire(place).resolve(name);
    } catch {
      continue;
    }
    const { default: runtime } = (await import(pathToFileURL(path).href)) as { default: PeerRuntime };
    // Before the first session: errors come back as exceptions.
    runtime.env.logLevel = "fatal";
    return runtime;
  }
  const there = folder === undefined ? "" : `, nor in ${folder}`;
  return `${name} is not in the repository${there}; run "npm install ${name} --onnxruntime-node-install=skip" in some folder and name that in WELLBEGUN_PEERS`;
}
