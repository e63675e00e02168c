import { type Backend, cpu } from "@wellbegun/core";
import type { Matrix, SparseMatrix } from "@wellbegun/core/backend";
import { createRandom } from "@wellbegun/core/support";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type WebgpuBackend, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { smallDevice } from "./support/small-device.ts";
import { largestRowError } from "./support/tables.ts";

const { gpu } = await findDawn();
const SEEDED = { seed: 20_260_704, numRuns: 12 };

function normal(length: number, stream: string): Float32Array {
  const random = createRandom(5, stream);
  return Float32Array.from({ length }, () => random.normal());
}

async function load(backend: Backend, rows: number, columns: number, stream: string): Promise<Matrix> {
  const matrix = await backend.create(rows, columns);
  const values = normal(rows * columns, stream);
  if (rows > 0) await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}

/** Rows with 0 to `most` entries each, in any order, some columns more than once. */
function sparse(rows: number, columns: number, most: number): SparseMatrix {
  const random = createRandom(6, `sparse/${rows}/${columns}/${most}`);
  const offsets = new Uint32Array(rows + 1);
  for (let r = 0; r < rows; r++) offsets[r + 1] = offsets[r]! + random.integer(most + 1);
  const count = offsets[rows]!;
  return {
    rows,
    columns,
    offsets,
    indices: Uint32Array.from({ length: count }, () => random.integer(columns)),
    values: normal(count, "values"),
    columnScale: normal(columns, "columnScale"),
    rowScale: normal(rows, "rowScale"),
  };
}

/** Runs `work` on the device in tiny parts and on the portable backend, and compares what it returns. */
async function compare(
  device: Backend,
  columns: number,
  work: (backend: Backend) => Promise<Float32Array>,
): Promise<void> {
  const expected = await work(cpu());
  const found = await work(device);
  expect(largestRowError(found, expected, columns)).toBeLessThan(1e-4);
}

// One binding holds 4 KiB, one dispatch line 3 workgroups: everything larger than a toy goes in parts.
describe.skipIf(gpu === undefined)("Arrays larger than one binding", async () => {
  const limits = { maxStorageBufferBindingSize: 4096, maxComputeWorkgroupsPerDimension: 3 };
  const device = gpu === undefined ? undefined : await webgpu({ device: await smallDevice(gpu, limits) });
  const backend = (): WebgpuBackend => device!;
  afterAll(() => device?.dispose());
  const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

  it("are multiplied", async () => {
    const shapes = fc.tuple(size(90), size(400), size(70), fc.boolean(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, depth, columns, transposeA, accumulate]) => {
        await compare(backend(), columns, async (own) => {
          const a = await load(own, transposeA ? depth : rows, transposeA ? rows : depth, "a");
          const b = await load(own, depth, columns, "b");
          const out = await load(own, rows, columns, "out");
          await own.multiply(a, b, out, { transposeA, accumulate });
          const result = await own.read(out, 0, rows, (view) => view.slice());
          for (const matrix of [a, b, out]) matrix.dispose();
          return result;
        });
      }),
      SEEDED,
    );
  });

  it("are multiplied by sparse matrices with more entries than one part takes", async () => {
    const shapes = fc.tuple(size(60), size(200), size(40), fc.constantFrom(3, 60, 1500), fc.boolean());
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, items, columns, most, accumulate]) => {
        const s = sparse(rows, items, most);
        await compare(backend(), columns, async (own) => {
          const x = await load(own, items, columns, "x");
          const out = await load(own, rows, columns, "out");
          await own.multiplySparse(s, x, out, { accumulate });
          const result = await own.read(out, 0, rows, (view) => view.slice());
          for (const matrix of [x, out]) matrix.dispose();
          return result;
        });
      }),
      SEEDED,
    );
  });

  it("are ranked without the excluded items", async () => {
    const shapes = fc.tuple(size(70), size(300), size(30), size(12), fc.constantFrom(0, 20, 400));
    await fc.assert(
      fc.asyncProperty(shapes, async ([users, items, columns, k, most]) => {
        const exclude = most === 0 ? undefined : sparse(users, items, most);
        const rank = async (own: Backend): Promise<Int32Array> => {
          const [left, right] = [await load(own, users, columns, "u"), await load(own, items, columns, "i")];
          const found = await own.topK(left, right, k, exclude);
          left.dispose();
          right.dispose();
          return found.items;
        };
        expect(await rank(backend())).toEqual(await rank(cpu()));
      }),
      SEEDED,
    );
  });

  it("are measured against more points than one part takes", async () => {
    const shapes = fc.tuple(size(90), size(60), size(50));
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, columns, count]) => {
        const points = normal(count * columns, "points");
        await compare(backend(), count, async (own) => {
          const x = await load(own, rows, columns, "x");
          const distances = await own.squaredDistances(x, points, count);
          x.dispose();
          return distances;
        });
      }),
      SEEDED,
    );
  });

  it("are refused with the sizes where not even one row fits a binding", async () => {
    const x = await backend().create(2, 1024);
    const error = await backend()
      .rowNorms(x)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toMatchObject({ code: "limit" });
    expect((error as Error).message).toMatch(/4096 bytes/);
    x.dispose();
  });
});
