import { expect, it } from "vitest";
import { cpu } from "../src/backend/portable/index.ts";
import { wasm } from "../src/backend/wasm/index.ts";

const step = { rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, beta1Power: 0.1, beta2Power: 0.5 };

// Seven values: one register, and a rest.
it.each([
  ["portable", () => cpu()],
  ["WebAssembly", () => wasm({ threads: 1, relaxed: false })],
] as const)(
  "On the %s backend a mean gradient that is not fed becomes 0 before it becomes subnormal, and NaN stays",
  async (_, open) => {
    const backend = await open();
    const load = async (values: number[]) => {
      const matrix = await backend.create(1, values.length);
      await backend.write(matrix, 0, 1, (into) => into.set(values));
      return matrix;
    };
    const p = await load([1, 1, 1, 1, 1, 1, 1]);
    const m = await load([1e-3, -1e-6, 1e-29, Number.NaN, 0, 1e-6, Number.NaN]);
    const v = await load([1e-6, 1e-12, 1e-12, 1, 1, 1e-12, 1]);
    const g = await load([0, 0, 0, 0, 0, 0, 0]);
    const means = async () => await backend.read(m, 0, 1, (view) => Array.from(view));
    const least = 2 ** -126;
    for (let taken = 0; taken < 800; taken++) {
      await backend.training!.adam(p, m, v, g, step);
      const subnormal = (await means()).filter((mean) => mean !== 0 && Math.abs(mean) < least);
      expect(subnormal, `after step ${taken + 1}`).toEqual([]);
    }
    expect((await means()).map((mean) => mean + 0)).toEqual([0, 0, 0, Number.NaN, 0, 0, Number.NaN]);
    await backend.dispose();
  },
);
