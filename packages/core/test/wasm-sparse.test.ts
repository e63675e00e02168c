import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { SparseMatrix } from "../src/backend/backend.ts";
import { expectEntries } from "../src/backend/operands.ts";
import { wasm } from "../src/backend/wasm/index.ts";
import { seeded } from "./support/dataset.ts";

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
