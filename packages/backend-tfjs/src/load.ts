import { WellbegunError } from "@wellbegun/core";
import { type ImportModule, importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";
import type { Kind } from "./kinds.ts";
import type { TensorFlow } from "./tensorflow.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** Imports TensorFlow.js and the package of one of its backends. */
export async function load(
  { name, module, registers, help }: Kind,
  wasmPaths: string | Readonly<Record<string, string>> | undefined,
  load: ImportModule = importModule,
): Promise<TensorFlow> {
  const doing = `starting the backend tfjs:${name}`;
  if (name === "webgpu") await expectAdapter(doing);
  const tf = membersOf(await importPeer(load, module, { doing, help }));
  if (registers !== undefined) {
    const backend = membersOf(await importPeer(load, registers, { doing, help }));
    const { setWasmPaths } = backend;
    if (wasmPaths !== undefined && typeof setWasmPaths === "function") setWasmPaths(wasmPaths);
  }
  if (isTensorFlow(tf)) return tf;
  throw new WellbegunError("unavailable", {
    doing,
    expected: `TensorFlow.js 4 in ${module}`,
    found: "a module without tidy and matMul",
    hint: `Install it: npm install ${module}`,
  });
}

/** The exports of a CommonJS module are in the default export where Node cannot detect their names. */
function membersOf(namespace: Namespace): Namespace {
  const { default: whole } = namespace;
  return typeof whole === "object" && whole !== null ? { ...whole, ...namespace } : namespace;
}

function isTensorFlow(members: Namespace): members is Namespace & TensorFlow {
  return typeof members.tidy === "function" && typeof members.matMul === "function";
}

/** The part of `navigator` that is used, so that declarations need no GPU types. */
interface WithGpu {
  readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<object | null> } };
}

/** tfjs-webgpu registers itself only where `navigator.gpu` exists, and fails silently without an adapter. */
async function expectAdapter(doing: string): Promise<void> {
  const { navigator } = globalThis as WithGpu;
  const hint =
    "In Node, install the package webgpu and set navigator.gpu before; see the README of @wellbegun/backend-tfjs.";
  if (navigator?.gpu === undefined) {
    throw new WellbegunError("unavailable", { doing, expected: "navigator.gpu", found: "none", hint });
  }
  let adapter: object | null;
  try {
    adapter = await navigator.gpu.requestAdapter();
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: "a GPU adapter",
      found: `a failure: ${String(cause)}`,
      cause,
    });
  }
  if (adapter !== null) return;
  throw new WellbegunError("unavailable", {
    doing,
    expected: "a GPU adapter",
    found: "none",
    hint: "It takes a driver for Vulkan (with libvulkan.so.1 on Linux), Metal or Direct3D 12.",
  });
}
