import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Backend, Matrix, SparseMatrix } from "../src/backend/backend.ts";
import { probeWasm, wasm } from "../src/backend/wasm/index.ts";
import { normalTable, numbers } from "./support/numbers.ts";

// The conformance suite holds every operation to its contract; here is what only these kernels promise: errors
// bounded by their short float32 sums, at sizes on both sides of tiles (4 x 8), chunks (128) and blocks (64, 512).
const variants = (["plain", "relaxed"] as const).map((name) => {
  const { accepted, reason } = probeWasm()[name === "plain" ? "simd" : "relaxed"];
  return { name, relaxed: name === "relaxed", accepted, reason };
});
const present = variants.filter(({ accepted }) => accepted);
for (const { name, reason } of variants.filter(({ accepted }) => !accepted)) {
  it.skip(`${name} kernels: absent here, since ${reason}`, () => {});
}

const UNIT = 2 ** -24;

async function load(backend: Backend, rows: number, columns: number, values: Float32Array): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}

function copy(backend: Backend, matrix: Matrix): Promise<Float32Array> {
  return backend.read(matrix, 0, matrix.rows, (view) => view.slice());
}

it("This runtime has the plain kernels", () => {
  expect(probeWasm().simd).toMatchObject({ accepted: true });
});

describe.each(present)("The $name kernels", ({ relaxed }) => {
  const opened = wasm({ relaxed, threads: 1 });
  afterAll(async () => (await opened).dispose());

  it("store the factors of rows in a first call, and give the same rows with them in a second one", async () => {
    const backend = await opened;
    const [rows, columns] = [9, 21];
    const values = normalTable(rows, columns, 5).fill(0.25, 4 * columns, 5 * columns);
    const shift = Float64Array.from({ length: columns }, () => 0.25);
    const missing = Uint8Array.from({ length: rows }, (_, row) => Number(row === 2));
    const factors = new Float64Array(rows);
    const prepared: Float32Array[] = [];
    for (const own of [undefined, factors, factors]) {
      const x = await load(backend, rows, columns, values);
      await backend.transformRows(x, { shift, unit: true, missing, factors: own });
      prepared.push(await copy(backend, x));
      x.dispose();
    }
    expect(prepared[1]).toEqual(prepared[0]);
    expect(prepared[2]).toEqual(prepared[0]);
    for (let r = 0; r < rows; r++) {
      const norm = Math.hypot(...values.subarray(r * columns, (r + 1) * columns).map((v) => v - 0.25));
      const expected = missing[r] === 1 ? 0 : norm === 0 ? 1 : 1 / norm;
      expect(factors[r]).toBeCloseTo(expected, 6);
    }
  });

  it.each([
    [63, 127, 7],
    [64, 128, 8],
    [65, 129, 9],
    [3, 257, 511],
    [5, 40, 513],
    [1, 1025, 1],
  ])("multiply %i x %i by %i columns within the error of short sums", async (rows, depth, columns) => {
    const backend = await opened;
    const [a, b, c] = [
      normalTable(rows, depth, 1),
      normalTable(depth, columns, 2),
      normalTable(rows, columns, 3),
    ];
    const [left, right] = [await load(backend, rows, depth, a), await load(backend, depth, columns, b)];
    const out = await load(backend, rows, columns, c);
    await backend.multiply(left, right, out, { accumulate: true });
    const found = await copy(backend, out);
    const roundings = 128 + Math.ceil(depth / 128) + 2;
    for (let p = 0; p < found.length; p++) {
      const [i, j] = [Math.floor(p / columns), p % columns];
      let [exact, size] = [c[p]!, Math.abs(c[p]!)];
      for (let t = 0; t < depth; t++) {
        const term = a[i * depth + t]! * b[t * columns + j]!;
        exact += term;
        size += Math.abs(term);
      }
      expect(Math.abs(found[p]! - exact)).toBeLessThanOrEqual(roundings * UNIT * size);
    }
  });

  it("keep the error of a^T b small however many rows there are", async () => {
    const backend = await opened;
    const [rows, left, right] = [20_000, 3, 2];
    // All terms positive: one float32 sum of so many would be off by some 1e-4.
    const a = normalTable(rows, left, 4).map((value) => 1 + Math.abs(value));
    const b = normalTable(rows, right, 5).map((value) => 1 + Math.abs(value));
    const out = await backend.create(left, right);
    await backend.multiply(await load(backend, rows, left, a), await load(backend, rows, right, b), out, {
      transposeA: true,
    });
    const found = await copy(backend, out);
    for (let i = 0; i < left; i++) {
      for (let j = 0; j < right; j++) {
        let exact = 0;
        for (let r = 0; r < rows; r++) exact += a[r * left + i]! * b[r * right + j]!;
        expect(Math.abs(found[i * right + j]! / exact - 1)).toBeLessThan(2e-6);
      }
    }
  });

  it("multiply a^T b wider than one block of columns", async () => {
    const backend = await opened;
    const [rows, left, right] = [130, 67, 515];
    const [a, b] = [normalTable(rows, left, 6), normalTable(rows, right, 7)];
    const out = await backend.create(left, right);
    await backend.multiply(await load(backend, rows, left, a), await load(backend, rows, right, b), out, {
      transposeA: true,
    });
    const found = await copy(backend, out);
    for (let p = 0; p < found.length; p++) {
      const [i, j] = [Math.floor(p / right), p % right];
      let exact = 0;
      for (let r = 0; r < rows; r++) exact += a[r * left + i]! * b[r * right + j]!;
      expect(Math.abs(found[p]! - exact)).toBeLessThan(1e-4);
    }
  });

  it("compute the Gram matrix as float64 does, up to the order of sums", async () => {
    const backend = await opened;
    const [rows, columns] = [1000, 13];
    const x = normalTable(rows, columns, 8, (column) => 10 ** (column - 6));
    const found = await backend.gram(await load(backend, rows, columns, x));
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++) {
        let [exact, size] = [0, 0];
        for (let r = 0; r < rows; r++) {
          const term = x[r * columns + i]! * x[r * columns + j]!;
          exact += term;
          size += Math.abs(term);
        }
        expect(Math.abs(found[i * columns + j]! - exact)).toBeLessThanOrEqual(1e-13 * size);
        expect(found[i * columns + j]).toBe(found[j * columns + i]);
      }
    }
  });

  it("keep the error of a sparse row small however many entries it has", async () => {
    const backend = await opened;
    const [items, columns, entries] = [50, 37, 30_000];
    const { below } = numbers(9);
    const x = normalTable(items, columns, 10).map((value) => 1 + Math.abs(value));
    const indices = Uint32Array.from({ length: entries }, () => below(items));
    const s: SparseMatrix = {
      rows: 1,
      columns: items,
      offsets: Uint32Array.of(0, entries),
      indices,
      columnScale: normalTable(items, 1, 11).map((value) => 1 + Math.abs(value)),
    };
    const out = await backend.create(1, columns);
    await backend.multiplySparse(s, await load(backend, items, columns, x), out);
    const found = await copy(backend, out);
    for (let c = 0; c < columns; c++) {
      let exact = 0;
      for (const index of indices) exact += s.columnScale![index]! * x[index * columns + c]!;
      expect(Math.abs(found[c]! / exact - 1)).toBeLessThan(256 * UNIT);
    }
  });

  it("rank equal scores by item across blocks of items, and keep items that score -Infinity", async () => {
    const backend = await opened;
    const items = await load(backend, 1100, 1, new Float32Array(1100).fill(2));
    const users = await load(backend, 2, 1, Float32Array.of(1, -Infinity));
    const none = { rows: 2, columns: 1100 };
    const exclude = { ...none, offsets: Uint32Array.of(0, 3, 3), indices: Uint32Array.of(1, 0, 1) };
    const { items: found, scores } = await backend.topK(users, items, 4, exclude);
    expect([...found]).toEqual([2, 3, 4, 5, 0, 1, 2, 3]);
    expect([...scores]).toEqual([2, 2, 2, 2, ...new Array<number>(4).fill(-Infinity)]);
  });
});

describe("The wasm backend", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d threads", async (threads) => {
    await expect(wasm({ threads })).rejects.toMatchObject({ code: "invalid-option", at: "threads" });
  });

  it("reports missing WebAssembly, and probing does not throw", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const fresh = await import("../src/backend/wasm/index.ts");
    const probe = fresh.probeWasm();
    for (const variant of [probe.simd, probe.relaxed, probe.threads]) {
      expect(variant.accepted).toBe(false);
      expect(variant.reason).toMatch(/WebAssembly/);
    }
    await expect(fresh.wasm()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("reports a runtime that compiles nothing from bytes, and calls without a backend then run on cpu", async () => {
    const refusal = new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
    function Module(): never {
      throw refusal;
    }
    vi.stubGlobal("WebAssembly", { validate: WebAssembly.validate, compile: async () => Module(), Module });
    vi.resetModules();
    const fresh = await import("../src/index.ts");
    expect(fresh.probeWasm().simd).toMatchObject({ accepted: false, reason: String(refusal) });
    await expect(fresh.wasm()).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/disallowed by embedder.*cpu\(\)/),
    });
    const backend = await fresh.defaultBackend();
    expect(backend.capabilities.device).toBe(fresh.cpu().capabilities.device);
    await backend.dispose();
  });

  it("takes one thread in a page that is not isolated, and refuses when threads are required", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    const backend = await wasm();
    expect(backend.capabilities.threads).toBe(1);
    await backend.dispose();
    await expect(wasm({ threads: 2 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/isolated/),
    });
  });
});
