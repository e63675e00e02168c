import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { SparseMatrix } from "../src/backend/backend.ts";
import { expectEntries } from "../src/backend/operands.ts";
import { wasm } from "../src/backend/wasm/index.ts";
import { seeded } from "./support/dataset.ts";
import { largestDifference } from "./support/tables.ts";

// The kernel that checks the entries of a sparse matrix, against the plain loop that every other backend runs.
const backend = await wasm({ threads: 1 });
afterAll(() => backend.dispose());

async function multiply(s: SparseMatrix): Promise<void> {
  const x = await backend.create(s.columns, 2);
  const out = await backend.create(s.rows, 2);
  try {
    await backend.multiplySparse(s, x, out);
  } finally {
    x.dispose();
    out.dispose();
  }
}

/** What a call throws, if anything. */
async function refusal(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

const entries = fc.record({
  columns: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 8 }),
  start: fc.nat(2),
  indices: fc.array(fc.nat(7), { maxLength: 16 }),
});

it("The kernel refuses the sparse matrices that the plain loop refuses, with the same words", async () => {
  const seen = { refused: 0, taken: 0 };
  await fc.assert(
    fc.asyncProperty(entries, async ({ columns, steps, start, indices }) => {
      const offsets = [start];
      for (const step of steps) offsets.push(Math.max(0, offsets.at(-1)! + step));
      const s = {
        rows: steps.length,
        columns,
        offsets: Uint32Array.from(offsets),
        indices: Uint32Array.from(indices),
      };
      const expected = await refusal(() => expectEntries("multiplying a sparse matrix", s));
      const found = await refusal(() => multiply(s));
      expect(found).toEqual(expected);
      seen[expected === undefined ? "taken" : "refused"]++;
    }),
    { ...seeded, numRuns: 300 },
  );
  expect(Math.min(seen.refused, seen.taken)).toBeGreaterThan(20);
});

it("The kernel refuses indices that were within an earlier, wider matrix of the same arrays", async () => {
  const s = {
    rows: 2,
    columns: 9,
    offsets: Uint32Array.of(0, 1, 3),
    indices: Uint32Array.of(1, 0, 8),
  };
  await multiply(s);
  await expect(multiply({ ...s, columns: 8 })).rejects.toMatchObject({ code: "mismatch", at: "index 2" });
  // The first row is right by itself.
  await multiply({ ...s, columns: 8, rows: 1, offsets: s.offsets.subarray(0, 2) });
});

it("The kernel refuses the largest numbers of 32 bits", async () => {
  const most = 2 ** 32 - 1;
  const s = { rows: 1, columns: 3, offsets: Uint32Array.of(0, 1), indices: Uint32Array.of(most) };
  await expect(multiply(s)).rejects.toMatchObject({ at: "index 0", code: "mismatch" });
  const offsets = Uint32Array.of(0, most);
  await expect(multiply({ ...s, offsets })).rejects.toMatchObject({ at: "offset 1", code: "mismatch" });
});

it("Narrow and wide rows add up in float32 in the order of their entries, in all bits", async () => {
  const plain = await wasm({ threads: 1, relaxed: false });
  const lengths = [0, 1, 3, 4, 5, 8, 11, 256];
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = offsets[row]! + length;
  const items = 13;
  const indices = Uint32Array.from({ length: offsets.at(-1)! }, (_, entry) => (entry * 7) % items);
  const values = Float32Array.from(indices, (_, entry) => Math.sin(entry + 1));
  const s = { rows: lengths.length, columns: items, offsets, indices, values };
  try {
    // Below and above the width from which rows are read from end to end, and beyond one run of their sums.
    for (const columns of [1, 127, 128, 131, 2048, 2055]) {
      const x = await plain.create(items, columns);
      const out = await plain.create(s.rows, columns);
      const data = Float32Array.from({ length: items * columns }, (_, p) => Math.cos(p * 0.37));
      await plain.write(x, 0, items, (into) => into.set(data));
      await plain.multiplySparse(s, x, out);
      const expected = new Float32Array(s.rows * columns);
      for (let row = 0; row < s.rows; row++) {
        for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
          for (let c = 0; c < columns; c++) {
            const product = Math.fround(values[entry]! * data[indices[entry]! * columns + c]!);
            expected[row * columns + c]! += product;
          }
        }
      }
      const found = await plain.read(out, 0, s.rows, (view) => view.slice());
      expect(found).toEqual(expected);
      x.dispose();
      out.dispose();
    }
  } finally {
    await plain.dispose();
  }
});

it.each([1, 6, 64, 67, 127])(
  "A matrix of ones with factors of rows and columns equals float64 sums, with %i columns",
  async (columns) => {
    const items = 17;
    const lengths = [0, 1, 3, 256, 257, 700, 2];
    const offsets = new Uint32Array(lengths.length + 1);
    for (const [row, length] of lengths.entries()) offsets[row + 1] = offsets[row]! + length;
    const indices = Uint32Array.from({ length: offsets.at(-1)! }, (_, entry) => (entry * 5) % items);
    const rowScale = Float32Array.from(lengths, (_, row) => 1 / (row + 1));
    const columnScale = Float32Array.from({ length: items }, (_, item) => Math.cos(item));
    const values = Float32Array.from({ length: items * columns }, (_, at) => Math.sin(at * 12.9898));
    const rows = lengths.length;
    const x = await backend.create(items, columns);
    const out = await backend.create(rows, columns);
    await backend.write(x, 0, items, (into) => into.set(values));
    for (const scales of [{}, { rowScale }, { columnScale }, { rowScale, columnScale }] as const) {
      for (const accumulate of [false, true]) {
        const expected = new Float64Array(rows * columns).fill(accumulate ? 0.25 : 0);
        // The largest sum of a row's weights, which bounds the values.
        let largest = 0;
        for (const [row, length] of lengths.entries()) {
          let sum = 0;
          for (let entry = offsets[row]!; entry < offsets[row]! + length; entry++) {
            const item = indices[entry]!;
            const weight =
              ("rowScale" in scales ? rowScale[row]! : 1) *
              ("columnScale" in scales ? columnScale[item]! : 1);
            sum += Math.abs(weight);
            for (let c = 0; c < columns; c++)
              expected[row * columns + c]! += weight * values[item * columns + c]!;
          }
          largest = Math.max(largest, sum);
        }
        await backend.write(out, 0, rows, (into) => void into.fill(0.25));
        await backend.multiplySparse({ rows, columns: items, offsets, indices, ...scales }, x, out, {
          accumulate,
        });
        const found = await backend.read(out, 0, rows, (view) => view.slice());
        expect(largestDifference(found, expected)).toBeLessThan(3e-7 * largest);
      }
    }
    x.dispose();
    out.dispose();
  },
);

it("A row of 10^6 entries has the sum that float64 gives, to the rounding of one part and of the result", async () => {
  // Columns that fill registers in part, and of more than one stripe of 16,384.
  for (const [columns, entries, accumulate] of [
    [6, 1_000_000, false],
    [37, 1_000_000, true],
    [16_390, 3000, false],
  ] as const) {
    const items = 97;
    // All of one sign, so that rounding adds up where sums are long.
    const values = Float32Array.from({ length: items * columns }, (_, at) => 1 + Math.sin(at * 12.9898) / 2);
    const indices = Uint32Array.from({ length: entries }, (_, e) => (e * 31) % items);
    const s = { rows: 3, columns: items, offsets: Uint32Array.of(0, 2, 2, entries), indices };
    const x = await backend.create(items, columns);
    const out = await backend.create(3, columns);
    await backend.write(x, 0, items, (into) => into.set(values));
    await backend.write(out, 0, 3, (into) => void into.fill(0.25));
    await backend.multiplySparse(s, x, out, { accumulate });
    const expected = new Float64Array(3 * columns).fill(accumulate ? 0.25 : 0);
    const times = [new Uint32Array(items), new Uint32Array(items), new Uint32Array(items)];
    for (let e = 0; e < entries; e++) times[e < 2 ? 0 : 2]![indices[e]!]!++;
    for (const [row, counts] of times.entries()) {
      for (const [item, count] of counts.entries())
        for (let c = 0; c < columns; c++) expected[row * columns + c]! += count * values[item * columns + c]!;
    }
    let worst = 0;
    await backend.read(out, 0, 3, (found) => {
      for (const [at, value] of found.entries()) {
        worst = Math.max(worst, Math.abs(value - expected[at]!) / Math.max(1e-9, Math.abs(expected[at]!)));
      }
    });
    // Parts that are added in float32 are off by 3e-6 to 6e-6 here.
    expect(worst).toBeLessThan(1e-6);
    x.dispose();
    out.dispose();
  }
});
