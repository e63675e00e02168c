import { WellbegunError } from "@wellbegun/core";
import { type Backend, checkedBackend, type ImportModule, messageOf } from "@wellbegun/core/backend";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { describeDevice, expectGpu, largestBinding, usesGpu } from "./describe-device.ts";
import { deviceOn } from "./device.ts";
import { Engine } from "./engine.ts";
import { expectFloat32 } from "./float32.ts";
import { type Kind, kinds, type TfjsBackendName } from "./kinds.ts";
import { load } from "./load.ts";
import { Memory } from "./memory.ts";
import type { TensorFlow } from "./tensorflow.ts";
import type { TfjsStatistics } from "./traffic.ts";

/** A backend that runs on TensorFlow.js. */
export interface TfjsBackend extends Backend {
  /** Bytes moved since the backend was created, and bytes held. */
  statistics(): TfjsStatistics;
}

/** Options of {@link tfjs}. */
export interface TfjsOptions {
  /**
   * Which backend of TensorFlow.js to run on. Default: the active one of `tf`; without `tf`, the first of `wasm` and
   * `cpu` that is installed. `node` and `node-gpu` load a native addon, and only when they are asked for here.
   */
  readonly backend?: TfjsBackendName | undefined;
  /**
   * The module of TensorFlow.js, with the backend registered: `@tensorflow/tfjs-core` or `@tensorflow/tfjs`
   * after importing a backend's package, `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu` by itself.
   * Required with bundlers. Default: the packages are imported at the call.
   */
  readonly tf?: TensorFlow | undefined;
  /**
   * Where the `.wasm` files of tfjs-wasm lie: a path or URL that ends in "/", or one for each file name. Unused with `tf`, where
   * its own `setWasmPaths` does the same. Default: beside its module, which Node finds; on the web, the page's folder.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>> | undefined;
}

const doing = "starting the tfjs backend";
const optionNames = namesOf<TfjsOptions>({ backend: true, tf: true, wasmPaths: true });
/** Those that need neither a device nor a native addon, best first. */
const automatic: readonly TfjsBackendName[] = ["wasm", "cpu"];

/**
 * A backend that runs on one of the backends of TensorFlow.js. Products and sums over rows are float32; labels
 * equal those of float64 distances. TensorFlow.js has one active backend at a time in a process: each operation
 * makes its own active and then restores the previous one. Tensors of other code are not touched.
 *
 * @throws {WellbegunError} `unavailable` if a package is not installed, a device is missing, or products are
 * not in float32; `invalid-option` if the active backend of `tf` is none of those that `backend` names, or for an option that
 * there is not.
 */
export async function tfjs(options: TfjsOptions = {}): Promise<TfjsBackend> {
  return await openTfjs(options);
}

/** Further options, for tests. */
export interface Internals {
  readonly importModule?: ImportModule;
  readonly blockValues?: number;
}

/** As {@link tfjs}. */
export async function openTfjs(options: TfjsOptions, internals: Internals = {}): Promise<TfjsBackend> {
  refuseUnknownKeys(doing, options, optionNames);
  if (options.tf !== undefined)
    return await start(kindFor(options.backend, options.tf), options.tf, internals);
  if (options.backend !== undefined) return await openKind(kindOf(options.backend), options, internals);
  const failures: string[] = [];
  for (const name of automatic) {
    try {
      return await openKind(kindOf(name), options, internals);
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new WellbegunError("unavailable", {
    doing,
    expected: `TensorFlow.js with one of its backends ${automatic.join(", ")}`,
    found: failures.join(" "),
    hint: "Install one: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm.",
  });
}

async function openKind(kind: Kind, options: TfjsOptions, internals: Internals): Promise<TfjsBackend> {
  const tf = await load(kind, options.wasmPaths, internals.importModule);
  return await start(kind, tf, internals);
}

/** Initializes the backend of TensorFlow.js, checks its kind, and restores the backend that was active. */
async function start(kind: Kind, tf: TensorFlow, internals: Internals): Promise<TfjsBackend> {
  const before: string | undefined = tf.getBackend();
  try {
    await activate(kind, tf);
    if (kind.name === "node-gpu") expectGpu(tf);
    await expectFloat32(new Engine(tf, kind.key));
    const limits = {
      maxMatrixBytes: Math.min(kind.maxMatrixBytes, largestBinding(tf)),
      maxTotalBytes: kind.maxTotalBytes,
    };
    const engine = new Engine(tf, kind.key, internals.blockValues);
    const memory = new Memory(engine, limits);
    const description = { name: `tfjs:${kind.name}`, device: describeDevice(kind.name, tf), limits };
    return Object.assign(checkedBackend(deviceOn(engine, memory, description)), {
      statistics: () => ({ ...engine.traffic, matrixBytes: memory.matrixBytes }),
    });
  } finally {
    // Undefined before the first backend of the process, which then stays active.
    if (before && before !== kind.key) await tf.setBackend(before);
  }
}

async function activate({ name, key, registers }: Kind, tf: TensorFlow): Promise<void> {
  const expected = `the backend ${key} of TensorFlow.js`;
  const hint = `Import ${registers ?? `@tensorflow/tfjs-${name}`} beside it, and see that its device is there.`;
  let ready: boolean;
  try {
    ready = await tf.setBackend(key);
  } catch (cause) {
    throw new WellbegunError("unavailable", { doing, expected, found: messageOf(cause), hint, cause });
  }
  if (ready) return;
  throw new WellbegunError("unavailable", { doing, expected, found: "one that does not start", hint });
}

function kindFor(wanted: TfjsBackendName | undefined, tf: TensorFlow): Kind {
  if (wanted !== undefined) return kindOf(wanted);
  const active: string | undefined = tf.getBackend();
  // tfjs-node and tfjs-node-gpu register under one name.
  const wrong: TfjsBackendName = active === "tensorflow" && usesGpu(tf) ? "node" : "node-gpu";
  const found = kinds.find((kind) => kind.key === active && kind.name !== wrong);
  if (found !== undefined) return found;
  throw new WellbegunError("invalid-option", {
    doing,
    expected: `an active backend of TensorFlow.js: one of ${kinds.map((kind) => kind.key).join(", ")}`,
    found: active ? `"${active}"` : "none",
    at: "tf",
    hint: 'Name the one to use: tfjs({ tf, backend: "wasm" }).',
  });
}

function kindOf(name: TfjsBackendName): Kind {
  const found = kinds.find((kind) => kind.name === name);
  if (found !== undefined) return found;
  throw new WellbegunError("invalid-option", {
    doing,
    expected: kinds.map((kind) => kind.name).join(", "),
    found: `"${String(name)}"`,
    at: "backend",
  });
}
