import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AnyInteractions,
  type BlockLimits,
  cpu,
  type FitInput,
  type FitIntoOptions,
  fit,
  fitInto,
  type InteractionBlock,
  type InteractionSource,
  type Interactions,
  interactionBlocks,
  interactionSource,
  type Report,
  type TableSink,
  wasm,
} from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";

const shape = { users: 300, items: 120, widths: { image: 20, text: 12 }, seed: 5, missing: 0.1 };
const input = toInput(randomData(shape));
const weighted = toInput(randomData({ ...shape, weighted: true }));
const options = { clusters: 4, restarts: 1, dim: 8 } as const;

/** Interactions as a database would give them: nothing is held, and every reading makes new arrays. */
function streamed(train: Interactions, readings: { count: number } = { count: 0 }): InteractionSource {
  return {
    ...interactionSource(train),
    heldBytes: 0,
    async *blocks(limits: BlockLimits): AsyncGenerator<InteractionBlock> {
      readings.count++;
      for (const { firstRow, rows, offsets, items, weights } of interactionBlocks(train, {
        rows: Math.min(limits.rows, 37),
        pairs: Math.min(limits.pairs, 90),
      })) {
        yield {
          firstRow,
          rows,
          offsets: offsets.slice(),
          items: items.slice(),
          weights: weights?.slice(),
        };
      }
    },
  };
}

/** Keeps tables; with `scales` it applies factors itself. */
class KeepingSink implements TableSink {
  readonly tables: Record<string, { columns: number; data: Float32Array }> = {};
  scale?: (name: string, factor: number) => void;

  constructor(scales: boolean) {
    if (!scales) return;
    this.scale = (name, factor) => {
      const { data } = this.tables[name]!;
      data.set(data.map((value) => value * factor));
    };
  }

  begin(name: string, rows: number, columns: number): void {
    this.tables[name] = { columns, data: new Float32Array(rows * columns) };
  }

  write(name: string, firstRow: number, view: Float32Array): void {
    const { columns, data } = this.tables[name]!;
    data.set(view, firstRow * columns);
  }
}

async function tablesOf(
  data: FitInput<AnyInteractions>,
  given: FitIntoOptions,
  scales: boolean,
): Promise<{ tables: Record<string, Float32Array>; report: Report }> {
  const sink = new KeepingSink(scales);
  const { report } = await fitInto(data, { ...given, initializer: false }, sink);
  return {
    tables: Object.fromEntries(Object.entries(sink.tables).map(([name, { data }]) => [name, data])),
    report,
  };
}

describe("fitInto from a source of blocks", () => {
  for (const [kind, data] of [
    ["plain", input],
    ["weighted", weighted],
  ] as const) {
    for (const given of [
      {},
      { project: "none" as const, dim: undefined },
      { lambda: 0 },
      { lambda: 0.3, normalization: "mean" as const },
    ]) {
      it(`computes the same bits as from arrays: ${kind} interactions, ${JSON.stringify(given)}`, async () => {
        for (const backend of [cpu(), await wasm({ threads: 1 })]) {
          const all = { ...options, ...given, backend };
          const expected = await tablesOf(data, all, true);
          const found = await tablesOf({ ...data, train: streamed(data.train) }, all, true);
          expect(found.tables).toEqual(expected.tables);
          expect(found.report).toEqual(expected.report);
          await backend.dispose();
        }
      });
    }
  }

  it("smooths as from arrays, up to the rounding of sums over other blocks", async () => {
    const all = { ...options, smooth: 0.5 };
    const expected = await tablesOf(input, all, true);
    const found = await tablesOf({ ...input, train: streamed(input.train) }, all, true);
    for (const [name, table] of Object.entries(expected.tables)) {
      const largest = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const apart = table.map((value, i) => Math.abs(value - found.tables[name]![i]!));
      expect(apart.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(1e-5 * largest);
    }
  });

  it("reads the interactions once where the sink applies the factor, and twice where it does not", async () => {
    for (const [scales, count] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const readings = { count: 0 };
      await tablesOf({ ...input, train: streamed(input.train, readings) }, options, scales);
      expect(readings.count).toBe(count);
    }
  });
});

describe("the scale is applied in one place", () => {
  for (const scale of ["xavier", "items", "unit", "none"] as const) {
    it(`tables have the same bits for every sink and within a memory bound under ${scale}`, async () => {
      for (const given of [options, { ...options, project: "none" as const, dim: undefined }]) {
        const expected = await fit(input, { ...given, scale });
        const users = { users: expected.users.data, items: expected.items.data };
        for (const scales of [true, false]) {
          // Small blocks of users, but room for all features.
          for (const memory of [undefined, 4_000_000]) {
            const { tables, report } = await tablesOf(input, { ...given, scale, memory }, scales);
            expect({ users: tables.users, items: tables.items }).toEqual(users);
            expect(report).toEqual(expected.report);
          }
        }
      }
    });
  }

  it("the report's norms are those of the rows before scaling", async () => {
    const raw = await fit(input, { ...options, scale: "none" });
    const scaled = await fit(input, { ...options, scale: "xavier" });
    const norms = Array.from({ length: raw.users.rows }, (_, row) =>
      Math.hypot(...raw.users.data.subarray(row * 8, (row + 1) * 8)),
    );
    const { before, after, factor } = scaled.report.tables.users!;
    expect(before.mean).toBeCloseTo(norms.reduce((sum, norm) => sum + norm, 0) / norms.length, 5);
    expect(before.max).toBeCloseTo(Math.max(...norms), 5);
    expect(before.min).toBeCloseTo(Math.min(...norms), 5);
    expect(after.rms).toBeCloseTo(Math.sqrt(2 / (raw.users.rows + 8)), 6);
    expect(factor).toBe(Math.fround(factor!));
  });
});

describe("interactionBlocks", () => {
  it("cuts users into blocks that together are the interactions and keep both limits", () => {
    const touches = fc.array(fc.uniqueArray(fc.nat(15), { maxLength: 9 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        touches,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        (rows, most, pairs) => {
          const sorted = rows.map((items) => items.toSorted((a, b) => a - b));
          const offsets = new Uint32Array(rows.length + 1);
          for (const [u, items] of sorted.entries()) offsets[u + 1] = offsets[u]! + items.length;
          const train = {
            userCount: rows.length,
            itemCount: 16,
            offsets,
            items: Uint32Array.from(sorted.flat()),
          };
          const read: number[][] = [];
          for (const block of interactionBlocks(train, { rows: most, pairs })) {
            expect(block.firstRow).toBe(read.length);
            expect(block.rows).toBeLessThanOrEqual(most);
            // The interactions before the last user are fewer than the limit.
            expect(block.offsets[block.rows - 1]!).toBeLessThan(pairs);
            expect(block.items).toHaveLength(block.offsets[block.rows]!);
            for (let r = 0; r < block.rows; r++) {
              read.push([...block.items.subarray(block.offsets[r]!, block.offsets[r + 1]!)]);
            }
          }
          expect(read).toEqual(sorted);
        },
      ),
    );
  });
});

it("users of 10^5 interactions and items of 10^5 users keep 1e-5 of the row norm against float64 sums", async () => {
  const [users, items, width] = [100_000, 100_000, 4];
  const offsets = new Uint32Array(users + 1);
  for (let u = 0; u < users; u++) offsets[u + 1] = offsets[u]! + (u === 0 ? items : 2);
  const indices = new Uint32Array(offsets[users]!);
  for (let i = 0; i < items; i++) indices[i] = i;
  // Everybody has item 0 and one other.
  for (let u = 1; u < users; u++) indices[offsets[u]! + 1] = 1 + ((u * 7919) % (items - 1));
  const features = new Float32Array(items * width);
  for (let i = 0; i < features.length; i++) features[i] = 1 + Math.fround(Math.sin(i * 12.9898));
  const train = { userCount: users, itemCount: items, offsets, items: indices };
  const source = {
    rows: items,
    columns: width,
    read: (first: number, rows: number, into: Float32Array) => {
      into.set(features.subarray(first * width, (first + rows) * width));
    },
  };
  const degrees = interactionSource(train).itemDegrees;
  for (const backend of [cpu(), await wasm({ threads: 2 })]) {
    const sink = new KeepingSink(true);
    const plain = {
      clusters: 2,
      restarts: 1,
      maxIterations: 1,
      lambda: 1,
      prepare: "none",
      project: "none",
    } as const;
    await fitInto(
      { train, features: { x: source } },
      { ...plain, scale: "none", backend, perModality: false },
      sink,
    );
    await backend.dispose();
    for (const user of [0, 1, 99_999]) {
      const wanted = new Float64Array(width);
      const degree = offsets[user + 1]! - offsets[user]!;
      for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
        const item = indices[e]!;
        const factor = 1 / Math.sqrt(degree * degrees[item]!);
        for (let c = 0; c < width; c++) wanted[c]! += factor * features[item * width + c]!;
      }
      const norm = Math.hypot(...wanted);
      const own = sink.tables.users!.data.subarray(user * width, (user + 1) * width);
      for (let c = 0; c < width; c++) expect(Math.abs(own[c]! - wanted[c]!)).toBeLessThan(1e-5 * norm);
    }
  }
});
