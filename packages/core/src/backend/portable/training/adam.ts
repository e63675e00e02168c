import { type AdamStep, LEAST_MEAN } from "../../training.ts";

/**
 * One step of Adam: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * p = p - rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
 */
export function adam(
  p: Float32Array,
  m: Float32Array,
  v: Float32Array,
  g: Float32Array,
  { rate, beta1, beta2, epsilon, beta1Power, beta2Power }: AdamStep,
): void {
  const stride = rate / (1 - beta1Power);
  const root = 1 / Math.sqrt(1 - beta2Power);
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  for (let i = 0; i < p.length; i++) {
    const d = g[i]!;
    const moved = beta1 * m[i]! + fresh1 * d;
    const mean = Math.abs(moved) < LEAST_MEAN ? 0 : moved;
    const square = beta2 * v[i]! + fresh2 * d * d;
    m[i] = mean;
    v[i] = square;
    p[i] = p[i]! - (stride * mean) / (Math.sqrt(square) * root + epsilon);
  }
}
