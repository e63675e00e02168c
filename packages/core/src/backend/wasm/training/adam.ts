import type { AdamStep } from "../../training.ts";
import type { WasmMatrix } from "../matrix.ts";
import type { Engine } from "../runtime/engine.ts";
import { valueBlocks } from "./blocks.ts";

/** One step of Adam, in float32. */
export async function adam(
  engine: Engine,
  p: WasmMatrix,
  m: WasmMatrix,
  v: WasmMatrix,
  g: WasmMatrix,
  { rate, beta1, beta2, epsilon, beta1Power, beta2Power }: AdamStep,
): Promise<void> {
  const stride = rate / (1 - beta1Power);
  const root = 1 / Math.sqrt(1 - beta2Power);
  const numbers = [beta1, 1 - beta1, beta2, 1 - beta2, stride, root, epsilon] as const;
  const calls = [];
  for (const [first, count] of valueBlocks(p.rows * p.columns)) {
    const addresses = [p, m, v, g].map(({ address }) => address + first * 4);
    calls.push([...addresses, count, ...numbers]);
  }
  await engine.run("adam", calls);
}
