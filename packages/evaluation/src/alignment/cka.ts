import {
  type Backend,
  defaultBackend,
  type FeatureSource,
  type Observer,
  WellbegunError,
} from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { checkpoint, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";

/** Options of {@link linearCka}. */
export interface CkaOptions extends Observer {
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of afterwards. */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<CkaOptions>({ backend: true, signal: true, onProgress: true });

/** Values read at a time, for all sources together. */
const BLOCK_VALUES = 1 << 22;

/**
 * Linear centered kernel alignment of representations of the same items, pair by pair: |Y^T X|^2 / (|X^T X| |Y^T Y|) in
 * Frobenius norms, columns centered. It is 1 if one equals the other up to rotation and scale, and 0 if they
 * are uncorrelated; for finite samples of unrelated tables it is about the ratio of width to rows, not 0.
 * Source: Kornblith et al., ICML
 * 2019. Use it between modalities, and between content and trained ID tables.
 *
 * Items that any source marks as missing are left out of all pairs. Takes items x width x width in time; sums
 * are the backend's (float32 products).
 *
 * @param sources At least two, by name, with equal numbers of rows; `denseFeatures` makes one of a table.
 * @returns The value of each pair by its names, in both orders, and 1 for each source with itself; NaN if a
 * source is constant.
 * @throws {WellbegunError} `mismatch` if the sources differ in rows; `aborted`.
 */
export async function linearCka(
  sources: Readonly<Record<string, FeatureSource>>,
  options: CkaOptions = {},
): Promise<Record<string, Record<string, number>>> {
  refuseUnknownKeys("comparing representations", options, optionNames);
  const backend = options.backend ?? (await defaultBackend());
  const names = Object.keys(sources);
  const present = presentItems(sources);
  const open: Matrix[] = [];
  try {
    const means = await columnMeans(sources, present, options);
    const products = new Map<string, Matrix>();
    for (const [a, first] of names.entries()) {
      for (const second of names.slice(a)) {
        const product = await backend.create(sources[first]!.columns, sources[second]!.columns);
        open.push(product);
        products.set(`${first} ${second}`, product);
      }
    }
    await forEachBlock(sources, present, options, async (blocks, rows) => {
      const centered: Record<string, Matrix> = {};
      try {
        for (const name of names) {
          const matrix = await backend.create(rows, sources[name]!.columns);
          centered[name] = matrix;
          await backend.write(matrix, 0, rows, (into) => into.set(blocks[name]!.subarray(0, into.length)));
          await backend.transformRows(matrix, { shift: means[name]!, unit: false });
        }
        for (const [a, first] of names.entries()) {
          for (const second of names.slice(a)) {
            const product = products.get(`${first} ${second}`)!;
            const [x, y] = [centered[first]!, centered[second]!];
            // A product's two operands may be the same matrix; its output must be another.
            await backend.multiply(x, y, product, { transposeA: true, accumulate: true });
          }
        }
      } finally {
        for (const matrix of Object.values(centered)) matrix.dispose();
      }
    });
    const squares = new Map<string, number>();
    for (const [pair, product] of products) squares.set(pair, await squaredNorm(backend, product));
    const result: Record<string, Record<string, number>> = {};
    for (const name of names) result[name] = {};
    for (const [a, first] of names.entries()) {
      for (const second of names.slice(a)) {
        const own = (name: string): number => Math.sqrt(squares.get(`${name} ${name}`)!);
        const value = squares.get(`${first} ${second}`)! / (own(first) * own(second));
        result[first]![second] = value;
        result[second]![first] = value;
      }
    }
    return result;
  } finally {
    for (const matrix of open) matrix.dispose();
    if (options.backend === undefined) await backend.dispose();
  }
}

/** Rows that every source has. */
function presentItems(sources: Readonly<Record<string, FeatureSource>>): Uint32Array {
  const all = Object.values(sources);
  const rows = all[0]?.rows ?? 0;
  const odd = all.find((source) => source.rows !== rows);
  if (odd !== undefined) {
    throw new WellbegunError("mismatch", {
      doing: "comparing representations",
      expected: `${rows} rows, as the first has`,
      found: `${odd.rows}`,
      ...(odd.label === undefined ? {} : { at: odd.label }),
    });
  }
  const present = Uint32Array.from({ length: rows }, (_, row) => row);
  return present.filter((row) => all.every(({ missing }) => missing?.[row] !== 1));
}

async function columnMeans(
  sources: Readonly<Record<string, FeatureSource>>,
  present: Uint32Array,
  observer: Observer,
): Promise<Record<string, Float64Array>> {
  const means: Record<string, Float64Array> = {};
  for (const [name, { columns }] of Object.entries(sources)) means[name] = new Float64Array(columns);
  await forEachBlock(sources, present, observer, async (blocks, rows) => {
    for (const [name, mean] of Object.entries(means)) {
      const block = blocks[name]!;
      for (let i = 0; i < rows * mean.length; i++) mean[i % mean.length]! += block[i]! / present.length;
    }
  });
  return means;
}

/** Passes on the present rows of all sources together, in blocks. */
async function forEachBlock(
  sources: Readonly<Record<string, FeatureSource>>,
  present: Uint32Array,
  observer: Observer,
  visit: (blocks: Readonly<Record<string, Float32Array>>, rows: number) => Promise<void>,
): Promise<void> {
  const entries = Object.entries(sources);
  const width = entries.reduce((sum, [, { columns }]) => sum + columns, 0);
  const height = Math.max(1, Math.floor(BLOCK_VALUES / Math.max(width, 1)));
  for (let first = 0; first < present.length; first += height) {
    await checkpoint(observer, "comparing representations");
    const wanted = present.subarray(first, first + height);
    const blocks: Record<string, Float32Array> = {};
    for (const [name, source] of entries) blocks[name] = await gather(source, wanted);
    await visit(blocks, wanted.length);
  }
}

/** Some ascending rows of a source, read in runs. */
async function gather(source: FeatureSource, wanted: Uint32Array): Promise<Float32Array> {
  const { columns } = source;
  const block = new Float32Array(wanted.length * columns);
  for (let r = 0; r < wanted.length; ) {
    let count = 1;
    while (wanted[r + count] === wanted[r]! + count) count++;
    await source.read(wanted[r]!, count, block.subarray(r * columns, (r + count) * columns));
    r += count;
  }
  return block;
}

function squaredNorm(backend: Backend, matrix: Matrix): Promise<number> {
  return backend.read(matrix, 0, matrix.rows, (view) => view.reduce((sum, value) => sum + value * value, 0));
}
