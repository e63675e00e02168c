import { tfjs } from "@wellbegun/backend-tfjs";

/**
 * By name where packages can be imported by name, else with the module, as the package's README tells users.
 * @param {"cpu" | "wasm" | "webgpu" | "node"} backend
 * @param {import("./backend.d.mts").Peers} peers
 */
export async function openTfjs(backend, peers) {
  if (peers.tensorFlow === undefined || backend === "node") return await tfjs({ backend });
  const tf = /** @type {import("@wellbegun/backend-tfjs").TensorFlow} */ (await peers.tensorFlow(backend));
  return await tfjs({ tf, backend });
}
