import type { Backend } from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";

/** Matrices that a function on plain arrays works with. */
export interface Operands {
  /** Only read. */
  readonly read?: readonly Matrix[];
  /** Read and changed in place. */
  readonly update?: readonly Matrix[];
  /** Overwritten completely; the previous content is ignored. */
  readonly write?: readonly Matrix[];
}

/**
 * Runs `use` with the values of matrices as arrays: those to read, then those to update, then those to write.
 * Where the backend's matrices lie in the processor's memory these are the values themselves, elsewhere copies
 * that are written back afterwards.
 */
export async function withArrays<T>(
  backend: Backend,
  { read = [], update = [], write = [] }: Operands,
  use: (...arrays: Float32Array[]) => T,
): Promise<T> {
  const steps: Step[] = [
    ...read.map((matrix): Step => ({ matrix, keeps: true, changes: false })),
    ...update.map((matrix): Step => ({ matrix, keeps: true, changes: true })),
    ...write.map((matrix): Step => ({ matrix, keeps: false, changes: true })),
  ];
  return backend.capabilities.hostMemory === true
    ? await lend(backend, steps, [], use)
    : await copy(backend, steps, use);
}

interface Step {
  readonly matrix: Matrix;
  readonly keeps: boolean;
  readonly changes: boolean;
}

async function lend<T>(
  backend: Backend,
  steps: readonly Step[],
  arrays: readonly Float32Array[],
  use: (...arrays: Float32Array[]) => T,
): Promise<T> {
  const step = steps[arrays.length];
  if (step === undefined) return use(...arrays);
  const { matrix, keeps, changes } = step;
  const next = (array: Float32Array): Promise<T> => lend(backend, steps, [...arrays, array], use);
  if (!changes) return await backend.read(matrix, 0, matrix.rows, next);
  if (!keeps) return await overwrite(backend, matrix, next);
  return await backend.read(matrix, 0, matrix.rows, (before) =>
    overwrite(backend, matrix, (into) => {
      // The array of `write` may differ from the array of `read`.
      if (!sameMemory(before, into)) into.set(before);
      return next(into);
    }),
  );
}

async function overwrite<T>(
  backend: Backend,
  matrix: Matrix,
  use: (into: Float32Array) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  await backend.write(matrix, 0, matrix.rows, async (into) => {
    results.push(await use(into));
  });
  return results[0]!;
}

function sameMemory(a: Float32Array, b: Float32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset;
}

async function copy<T>(
  backend: Backend,
  steps: readonly Step[],
  use: (...arrays: Float32Array[]) => T,
): Promise<T> {
  const arrays: Float32Array[] = [];
  for (const { matrix, keeps } of steps) {
    arrays.push(
      keeps
        ? await backend.read(matrix, 0, matrix.rows, (view) => view.slice())
        : new Float32Array(matrix.rows * matrix.columns),
    );
  }
  const result = use(...arrays);
  for (const [index, { matrix, changes }] of steps.entries()) {
    if (changes) await backend.write(matrix, 0, matrix.rows, (into) => into.set(arrays[index]!));
  }
  return result;
}
