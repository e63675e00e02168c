import { createRandom, log, type Random } from "@wellbegun/core/support";

/**
 * Uniform values in +-sqrt(6 / (rows + columns)): Xavier initialization (Glorot and Bengio, 2010). Each
 * parameter draws from a stream of its own, so that the start of a parameter does not depend on the model's
 * other parameters.
 */
export function xavierUniform(seed: number, name: string, rows: number, columns: number): Float32Array {
  return uniform(seed, name, rows * columns, Math.sqrt(6 / (rows + columns)));
}

/** Normal values of deviation sqrt(2 / (rows + columns)): Xavier initialization (Glorot and Bengio, 2010). */
export function xavierNormal(seed: number, name: string, rows: number, columns: number): Float32Array {
  const random = createRandom(seed, `train/initial/${name}`);
  const deviation = Math.sqrt(2 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => normal(random) * deviation);
}

/**
 * Standard normal, by the polar method of Marsaglia: it gives the same bits on every runtime, unlike sine and
 * cosine.
 */
function normal(random: Random): number {
  for (;;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
  }
}

/** Uniform values in +-1 / sqrt(inputs): PyTorch's start of the weight and the bias of a linear layer. */
export function linearUniform(seed: number, name: string, length: number, inputs: number): Float32Array {
  return uniform(seed, name, length, 1 / Math.sqrt(inputs));
}

function uniform(seed: number, name: string, length: number, bound: number): Float32Array {
  const random = createRandom(seed, `train/initial/${name}`);
  return Float32Array.from({ length }, () => (2 * random.uniform() - 1) * bound);
}
