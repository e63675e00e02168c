import { sigmoid } from "../../../exponential.ts";

/** g = sigmoid(a + bias), z = q * g. */
export function gate(
  a: Float32Array,
  bias: Float32Array,
  q: Float32Array,
  g: Float32Array,
  z: Float32Array,
): void {
  const columns = bias.length;
  for (let at = 0; at < a.length; at += columns) {
    for (let c = 0; c < columns; c++) {
      const opening = sigmoid(a[at + c]! + bias[c]!);
      g[at + c] = opening;
      z[at + c] = q[at + c]! * opening;
    }
  }
}

/** dq = dq + dz * g, da = dz * q * g * (1 - g). */
export function gateBackward(
  dz: Float32Array,
  q: Float32Array,
  g: Float32Array,
  dq: Float32Array,
  da: Float32Array,
): void {
  for (let i = 0; i < dz.length; i++) {
    const opening = g[i]!;
    const slope = dz[i]! * opening;
    dq[i]! += slope;
    da[i] = slope * q[i]! * (1 - opening);
  }
}
