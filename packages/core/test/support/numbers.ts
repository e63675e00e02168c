/** A stream of numbers for tests, with no relation to core's own generator (mulberry32). */
export interface Numbers {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Roughly standard normal: twelve uniforms (Irwin-Hall). Already a float32 value. */
  normal(): number;
  /** The numbers 0 .. count - 1 in random order. */
  permutation(count: number): number[];
}

/** The stream of a seed. */
export function numbers(seed: number): Numbers {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound: number): number => Math.floor(uniform() * bound);
  const normal = (): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return Math.fround(sum);
  };
  const permutation = (count: number): number[] => {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  };
  return { uniform, below, normal, permutation };
}

/** A rows x columns array of normal numbers, row-major; column c is multiplied with `columnScale(c)`. */
export function normalTable(
  rows: number,
  columns: number,
  seed: number,
  columnScale: (column: number) => number = () => 1,
): Float32Array {
  const { normal } = numbers(seed);
  return Float32Array.from({ length: rows * columns }, (_, i) => normal() * columnScale(i % columns));
}

/** Gaussian blobs of unit variance around `count` normal centers, which are scaled by `spread`. */
export function blobs(
  rows: number,
  columns: number,
  count: number,
  spread: number,
  seed: number,
): Float32Array {
  const { normal, below } = numbers(seed);
  const centers = Float32Array.from({ length: count * columns }, () => spread * normal());
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const center = below(count) * columns;
    for (let c = 0; c < columns; c++) data[r * columns + c] = centers[center + c]! + normal();
  }
  return data;
}
