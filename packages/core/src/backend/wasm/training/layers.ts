import type { WasmMatrix } from "../matrix.ts";
import { columnSlices, rowBlocks } from "../rows.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { valueBlocks } from "./blocks.ts";

/** g = sigmoid(a + bias), z = q * g. */
export async function gate(
  engine: Engine,
  a: WasmMatrix,
  bias: WasmMatrix,
  q: WasmMatrix,
  g: WasmMatrix,
  z: WasmMatrix,
): Promise<void> {
  const calls = [];
  for (const [row, count] of rowBlocks(a.rows, a.columns)) {
    const from = [a.rowAddress(row), bias.address, q.rowAddress(row)] as const;
    calls.push([...from, g.rowAddress(row), z.rowAddress(row), count, a.columns]);
  }
  await engine.run("gateRows", calls);
}

/** dq = dq + dz * g, da = dz * q * g * (1 - g). */
export async function gateBackward(engine: Engine, ...matrices: readonly WasmMatrix[]): Promise<void> {
  const [{ rows, columns }] = matrices as [WasmMatrix];
  const calls = [];
  for (const [first, count] of valueBlocks(rows * columns)) {
    calls.push([...matrices.map(({ address }) => address + first * 4), count]);
  }
  await engine.run("gateBackward", calls);
}

/** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row. */
export async function layerNorm(
  engine: Engine,
  x: WasmMatrix,
  gain: WasmMatrix,
  bias: WasmMatrix,
  out: WasmMatrix,
): Promise<void> {
  const calls = [];
  for (const [row, count] of rowBlocks(x.rows, x.columns)) {
    calls.push([x.rowAddress(row), count, x.columns, gain.address, bias.address, out.rowAddress(row)]);
  }
  await engine.run("layerNormRows", calls);
}

/** The gradient of {@link layerNorm}. */
export async function layerNormBackward(
  engine: Engine,
  dout: WasmMatrix,
  x: WasmMatrix,
  gain: WasmMatrix,
  dx: WasmMatrix,
  dgain: WasmMatrix,
  dbias: WasmMatrix,
): Promise<void> {
  const { rows, columns } = x;
  await withTemporaries(
    engine.heap,
    "computing the gradient of a layer normalization",
    async (temporaries) => {
      const moments = await temporaries.allocate(rows * 16);
      const calls = [];
      for (const [row, count] of rowBlocks(rows, columns)) {
        const from = [dout.rowAddress(row), x.rowAddress(row), count, columns, gain.address] as const;
        calls.push([...from, dx.rowAddress(row), moments + row * 16]);
      }
      await engine.run("layerNormSlopes", calls);
      const sums = [];
      for (const [first, width] of columnSlices(columns, engine.threads)) {
        const slice = [rows, columns, first, first + width] as const;
        sums.push([dout.address, x.address, ...slice, moments, dgain.address, dbias.address]);
      }
      await engine.run("layerNormSums", sums);
    },
  );
}
