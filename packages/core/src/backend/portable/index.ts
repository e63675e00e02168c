import type { Backend } from "../backend.ts";
import { checkedBackend } from "../checked.ts";
import { portableDevice } from "./device.ts";

/**
 * The portable backend: plain TypeScript on one thread, on every runtime, with nothing to install. Values are
 * stored as float32 and computed in float64, sums in row order; it is the oracle against which other backends
 * are tested.
 *
 * @example
 * ```ts
 * import { cpu } from "@wellbegun/core";
 *
 * const backend = cpu();
 * const x = await backend.create(2, 2);
 * await backend.write(x, 0, 2, (into) => into.set([3, 4, 0, 1]));
 * console.log([...(await backend.rowNorms(x))]); // [ 5, 1 ]
 * await backend.dispose();
 * ```
 */
export function cpu(): Backend {
  return checkedBackend(portableDevice());
}
