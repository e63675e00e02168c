import { kernels } from "../../kernels/index.ts";
import { createMatrix, type WebgpuMatrix, writeRows } from "../../matrix.ts";
import { columnMoments } from "../moments.ts";
import { eachElement, eachRow } from "./each-element.ts";

/** g = sigmoid(a + bias), z = q * g. */
export async function gate(
  a: WebgpuMatrix,
  bias: WebgpuMatrix,
  q: WebgpuMatrix,
  g: WebgpuMatrix,
  z: WebgpuMatrix,
): Promise<void> {
  const doing = `computing the gate of ${a.rows} x ${a.columns}`;
  await eachElement(doing, kernels.gate, { matrices: { a, q, g, z }, shared: { bias: bias.span(0, 1) } });
}

/** dq = dq + dz * g, da = dz * q * g * (1 - g). */
export async function gateBackward(
  dz: WebgpuMatrix,
  q: WebgpuMatrix,
  g: WebgpuMatrix,
  dq: WebgpuMatrix,
  da: WebgpuMatrix,
): Promise<void> {
  const doing = `computing the gradient of the gate of ${dz.rows} x ${dz.columns}`;
  await eachElement(doing, kernels.gateBackward, { matrices: { dz, q, g, dq, da } });
}

/** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row. */
export async function layerNorm(
  x: WebgpuMatrix,
  gain: WebgpuMatrix,
  bias: WebgpuMatrix,
  out: WebgpuMatrix,
): Promise<void> {
  const doing = `normalizing ${x.rows} x ${x.columns}`;
  const shared = { gain: gain.span(0, 1), bias: bias.span(0, 1) };
  await eachRow(doing, kernels.layerNorm, { matrices: { x, out }, shared });
}

/** The gradient of {@link layerNorm}; column sums pass through the processor, where they are float64. */
export async function layerNormBackward(
  dout: WebgpuMatrix,
  x: WebgpuMatrix,
  gain: WebgpuMatrix,
  dx: WebgpuMatrix,
  dgain: WebgpuMatrix,
  dbias: WebgpuMatrix,
): Promise<void> {
  const doing = `computing the gradient of the normalization of ${x.rows} x ${x.columns}`;
  const products = await createMatrix(x.engine, x.rows, x.columns, { uninitialized: true });
  try {
    const matrices = { dout, x, dx, products };
    await eachRow(doing, kernels.layerNormBackward, { matrices, shared: { gain: gain.span(0, 1) } });
    await writeColumnSums(products, dgain);
    await writeColumnSums(dout, dbias);
  } finally {
    products.dispose();
  }
}

async function writeColumnSums(x: WebgpuMatrix, out: WebgpuMatrix): Promise<void> {
  const { sum } = await columnMoments(x, undefined, undefined);
  await writeRows(out, 0, 1, (into) => into.set(sum));
}
