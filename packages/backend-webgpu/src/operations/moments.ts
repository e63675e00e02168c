/** Sums over all rows, in twice float32's precision: column moments and the Gram matrix. */
import type { ColumnMoments } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import type { Commands } from "../commands.ts";
import type { Temporaries } from "../engine.ts";
import { kernels } from "../kernels/index.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { expectVisible, rowBlocks, type Span, spanOf } from "../span.ts";
import { maskOf, pairsOf, sumsOf } from "./pairs.ts";

/** Threads that keep a device busy. */
const THREADS = 65_536;
/** Fewest rows of a thread: with fewer, its partial sums would cost more than its rows. */
const CHUNK_ROWS = 64;
/** Workgroups that keep a device busy. */
const GROUPS = 256;
/** Most bytes of the parts that a Gram matrix is summed from. */
const MAX_PART_BYTES = 64 * 2 ** 20;

/** Into how many chunks rows are cut when a thread takes one column of one of them. */
export function chunksOf(rows: number, columns: number, partBytes: number, most: number): number {
  const busy = Math.min(Math.ceil(THREADS / columns), Math.ceil(rows / CHUNK_ROWS));
  return Math.max(1, Math.min(busy, Math.floor(most / partBytes)));
}

/** Sums of (x - shift) and of its square per column, over the rows that are not missing. */
export async function columnMoments(
  x: WebgpuMatrix,
  shift: Float64Array | undefined,
  missing: Uint8Array | undefined,
): Promise<ColumnMoments> {
  const doing = `summing the columns of ${x.rows} x ${x.columns}`;
  const { engine, columns } = x;
  const { limits } = engine;
  const pairs = 2 * columns;
  if (x.rows === 0) return { sum: new Float64Array(columns), sumOfSquares: new Float64Array(columns) };
  expectVisible(doing, "the moments of all columns", pairs * 8, limits);
  return await engine.withTemporaries(doing, async (temporaries) => {
    const shifts = await temporaries.copy(pairsOf(shift ?? new Float64Array(columns)));
    const masked = missing !== undefined;
    const mask = await temporaries.copy(maskOf(missing));
    const commands = engine.commands(doing);
    const tops = await findTops(commands, temporaries, x, shifts, mask, masked);
    const chunks = chunksOf(x.rows, columns, pairs * 8, limits.binding);
    const parts = await temporaries.acquire(chunks * pairs * 8);
    const sums = await temporaries.acquire(pairs * 8);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], limits)) {
      await commands.run(kernels.columnMoments, {
        groups: Math.ceil((chunks * columns) / limits.group),
        buffers: {
          x: x.span(first, count),
          shift: shifts,
          missing: masked ? spanOf(mask.buffer, first * 4, count * 4, limits) : mask,
          tops: spanOf(tops, 0, columns * 4, limits),
          parts: spanOf(parts, 0, chunks * pairs * 8, limits),
        },
        params: { rows: count, columns, chunks, masked: Number(masked) },
      });
      await sumParts(commands, x, parts, sums, chunks, pairs, first > 0);
    }
    engine.traffic.resultsDownloaded += pairs * 8 + columns * 4;
    const results = [
      { buffer: sums, bytes: pairs * 8 },
      { buffer: tops, bytes: columns * 4 },
    ];
    return await engine.receive(doing, commands, results, (bytes) => {
      const powers = powersOf(bytes, pairs * 8, columns);
      return {
        sum: sumsOf(bytes, 0, columns).map((value, c) => value * powers[c]!),
        sumOfSquares: sumsOf(bytes, columns, columns).map((value, c) => value * powers[c]! ** 2),
      };
    });
  });
}

/** `x^T x`, from its upper half. */
export async function gram(x: WebgpuMatrix): Promise<Float64Array> {
  const doing = `computing the Gram matrix of ${x.rows} x ${x.columns}`;
  const { engine, columns } = x;
  const { limits } = engine;
  const entries = columns * columns;
  const result = new Float64Array(entries);
  if (x.rows === 0) return result;
  expectVisible(doing, `${columns} x ${columns} sums`, entries * 8, limits);
  return await engine.withTemporaries(doing, async (temporaries) => {
    const commands = engine.commands(doing);
    const none = await temporaries.copy(pairsOf(new Float64Array(columns)));
    const tops = await findTops(
      commands,
      temporaries,
      x,
      none,
      await temporaries.copy(maskOf(undefined)),
      false,
    );
    const tiles = Math.ceil(columns / limits.side) ** 2;
    const room = Math.floor(Math.min(limits.binding, MAX_PART_BYTES) / (entries * 8));
    const busy = Math.min(Math.ceil(GROUPS / tiles), Math.ceil(x.rows / CHUNK_ROWS));
    const chunks = Math.max(1, Math.min(busy, room));
    const parts = await temporaries.acquire(chunks * entries * 8);
    const sums = await temporaries.acquire(entries * 8);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], limits)) {
      await commands.run(kernels.gram, {
        groups: chunks * tiles,
        buffers: {
          x: x.span(first, count),
          tops: spanOf(tops, 0, columns * 4, limits),
          parts: spanOf(parts, 0, chunks * entries * 8, limits),
        },
        params: { rows: count, columns, chunks },
      });
      await sumParts(commands, x, parts, sums, chunks, entries, first > 0);
    }
    engine.traffic.resultsDownloaded += entries * 8 + columns * 4;
    const results = [
      { buffer: sums, bytes: entries * 8 },
      { buffer: tops, bytes: columns * 4 },
    ];
    return await engine.receive(doing, commands, results, (bytes) => {
      const found = sumsOf(bytes, 0, entries);
      const powers = powersOf(bytes, entries * 8, columns);
      for (let i = 0; i < columns; i++) {
        for (let j = i; j < columns; j++) {
          const value = found[i * columns + j]! * powers[i]! * powers[j]!;
          result[i * columns + j] = value;
          result[j * columns + i] = value;
        }
      }
      return result;
    });
  });
}

/** Appends the sum of parts; `accumulate` adds to the sums of the blocks before. */
export async function sumParts(
  commands: Commands,
  { engine }: WebgpuMatrix,
  parts: PooledBuffer,
  sums: PooledBuffer,
  count: number,
  length: number,
  accumulate: boolean,
): Promise<void> {
  await commands.run(kernels.sumParts, {
    groups: Math.ceil(length / engine.limits.group),
    buffers: {
      parts: spanOf(parts, 0, count * length * 8, engine.limits),
      sums: spanOf(sums, 0, length * 8, engine.limits),
    },
    params: { count, length, accumulate: Number(accumulate) },
  });
}

/** Appends the search for each column's largest magnitude about the shift. */
async function findTops(
  commands: Commands,
  temporaries: Temporaries,
  x: WebgpuMatrix,
  shift: Span,
  mask: Span,
  masked: boolean,
): Promise<PooledBuffer> {
  const doing = `looking for the largest values of ${x.rows} x ${x.columns}`;
  const { columns } = x;
  const { limits } = x.engine;
  const tops = await temporaries.acquire(columns * 4);
  commands.clear(tops, columns * 4);
  for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], limits)) {
    const chunks = chunksOf(count, columns, 1, Number.POSITIVE_INFINITY);
    await commands.run(kernels.columnTops, {
      groups: Math.ceil((chunks * columns) / limits.group),
      buffers: {
        x: x.span(first, count),
        shift,
        missing: masked ? spanOf(mask.buffer, first * 4, count * 4, limits) : mask,
        tops: spanOf(tops, 0, columns * 4, limits),
      },
      params: { rows: count, columns, chunks, masked: Number(masked) },
    });
  }
  return tops;
}

/** The factor that undoes the scale of each column's sums: the power of two of `restore` in double.ts. */
function powersOf(bytes: ArrayBuffer, first: number, columns: number): Float64Array {
  return Float64Array.from(new Uint32Array(bytes, first, columns), (top) => {
    return 2 ** (Math.min(253, Math.max(1, top >>> 23)) - 127);
  });
}
