import { WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import type { Engine } from "./engine.ts";

const SIDE = 64;
// 14 significant bits: more than half precision and NVIDIA's TF32 keep, fewer than float32 has, sums included.
const VALUE = 1 + 2 ** -13;

const NODE_23 =
  "tfjs-node 4 runs on Node 22 and earlier; the README of @wellbegun/backend-tfjs has a way around it.";

/**
 * Refuses a device whose products are not in float32: TF32 on NVIDIA's GPUs since Ampere, half floats on some
 * phones. Bounds on the labels' errors, and the tables, would be wrong by a factor of a thousand.
 *
 * @throws {WellbegunError} `unavailable`, also if the product fails.
 */
export async function expectFloat32(engine: Engine): Promise<void> {
  const doing = "starting the tfjs backend";
  const { tf } = engine;
  let found: number;
  try {
    const product = engine.tidy(doing, () => {
      // Each entry is the sum of SIDE equal terms, VALUE in all, exact in float32.
      const left = tf.fill([SIDE, SIDE], VALUE, "float32");
      return tf.matMul(left, tf.fill([SIDE, SIDE], 1 / SIDE, "float32"));
    });
    const values = await engine.result(doing, product);
    found = values[0]!;
  } catch (cause) {
    const found = `a failure: ${messageOf(cause)}`;
    throw new WellbegunError("unavailable", {
      doing,
      expected: "a backend of TensorFlow.js that multiplies",
      found,
      // The only known failure: tfjs-node 4 calls a function that Node 23 removed.
      ...(found.includes("isNullOrUndefined") ? { hint: NODE_23 } : {}),
      cause,
    });
  }
  if (found === VALUE) return;
  throw new WellbegunError("unavailable", {
    doing,
    expected: `products in float32: ${VALUE}`,
    found: `products in less: ${found}`,
    hint: "On NVIDIA GPUs set the environment variable NVIDIA_TF32_OVERRIDE=0.",
  });
}
