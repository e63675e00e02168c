/**
 * The backends that are packages, by the names that `--backend` takes. Their peers come from WELLBEGUN_PEERS, through a resolver
 * that is registered when one of them is opened: it takes a thread of its own, which slows every import.
 */

/** @typedef {import("@wellbegun/core").Backend} Backend */
/** @typedef {(threads: number) => Promise<Backend>} Open */

/** @returns {Promise<Backend>} */
const openWebgpu = async () => (await import("@wellbegun/backend-webgpu")).webgpu();

/** @param {"cuda" | "webgpu" | "cpu" | "wasm"} provider @returns {Open} */
const onOnnx = (provider) => async (threads) => {
  const { onnx } = await import("@wellbegun/backend-onnx");
  if (provider !== "wasm") return await onnx({ executionProviders: [provider], threads });
  const name = "onnxruntime-web";
  const { default: runtime } = await import(name);
  return await onnx({ executionProviders: [provider], threads, runtime });
};

/** @param {"cpu" | "wasm" | "webgpu" | "node" | "node-gpu"} backend @returns {Open} */
const onTensorFlow = (backend) => async () => {
  if (backend === "webgpu") await giveNavigatorGpu();
  return await (await import("@wellbegun/backend-tfjs")).tfjs({ backend });
};

/** @type {Readonly<Record<string, Open>>} */
export const packagedBackends = {
  webgpu: openWebgpu,
  "onnx:cuda": onOnnx("cuda"),
  "onnx:webgpu": onOnnx("webgpu"),
  "onnx:cpu": onOnnx("cpu"),
  "onnx:wasm": onOnnx("wasm"),
  "tfjs:wasm": onTensorFlow("wasm"),
  "tfjs:cpu": onTensorFlow("cpu"),
  "tfjs:webgpu": onTensorFlow("webgpu"),
  "tfjs:node": onTensorFlow("node"),
  "tfjs:node-gpu": onTensorFlow("node-gpu"),
};

/** tfjs-webgpu looks for `navigator.gpu`, which Node lacks and Dawn has. */
async function giveNavigatorGpu() {
  const { navigator } = /** @type {{ navigator?: { gpu?: unknown } }} */ (globalThis);
  if (navigator?.gpu !== undefined) return;
  const name = "webgpu";
  const { create, globals } = await import(name);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, "navigator", { value: { gpu: create([]) }, configurable: true });
}
