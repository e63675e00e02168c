/** Optional peers in Node, Deno and Bun: packages that are installed, by their names. */

/** @typedef {{ create(flags: readonly string[]): object, readonly globals: object }} Dawn */

/** @param {string} name @returns {Promise<any>} */
const load = (name) => import(name);

/** @type {import("../backends/backend.d.mts").Peers} */
export const processPeers = {
  byName: true,
  load,
  async loadDefault(name) {
    const namespace = await load(name);
    return namespace.default ?? namespace;
  },
  async provideGpu() {
    if ("Deno" in globalThis) return;
    if ("Bun" in globalThis) {
      const { setupGlobals } = await load("bun-webgpu");
      await setupGlobals();
      return;
    }
    // What the README of backend-tfjs tells users to do in Node.
    const { create, globals } = /** @type {Dawn} */ (await load("webgpu"));
    Object.assign(globalThis, globals);
    Object.defineProperty(globalThis, "navigator", { value: { gpu: create([]) }, configurable: true });
  },
};
