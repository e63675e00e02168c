import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeNpy } from "../src/formats/npy.ts";
import { openNpyFeatures } from "../src/node/index.ts";
import { bytesOf, expectFailure, npyFile, temporaryFolder } from "./helpers.ts";

const folder = temporaryFolder();
const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const valueAt = (row: number, column: number): number => row * 100 + column + 0.5;

describe("Features in an .npy file", () => {
  const rows = 700;
  const columns = 1000;
  const plain = Float32Array.from({ length: rows * columns }, (_, i) =>
    valueAt(Math.floor(i / columns), i % columns),
  );
  const paths: string[] = [];

  // More values than one block holds, so that blocks meet inside.
  beforeAll(() => {
    const columnMajor = Float32Array.from({ length: rows * columns }, (_, i) =>
      valueAt(i % rows, Math.floor(i / rows)),
    );
    const header = `{'descr': '<f4', 'fortran_order': True, 'shape': (${rows}, ${columns}), }`;
    paths.push(write("f4.npy", encodeNpy(plain, [rows, columns])));
    paths.push(write("f8.npy", encodeNpy(Float64Array.from(plain), [rows, columns])));
    paths.push(write("fortran.npy", npyFile(header, new Uint8Array(columnMajor.buffer))));
  });

  it("return any block of rows, whatever type and order the file has", async () => {
    for (const path of paths) {
      const features = await openNpyFeatures(path);
      expect([features.rows, features.columns, features.missing, features.label]).toEqual([
        rows,
        columns,
        undefined,
        path,
      ]);
      const block = fc
        .tuple(fc.nat(rows), fc.nat(rows))
        .map(([a, b]) => [Math.min(a, b), Math.abs(a - b)] as const);
      await fc.assert(
        fc.asyncProperty(block, async ([first, count]) => {
          const into = new Float32Array(count * columns + 1).fill(-1);
          await features.read(first, count, into);
          const same = into.subarray(0, -1).every((value, i) => value === plain[first * columns + i]);
          expect([same, into.at(-1)]).toEqual([true, -1]);
        }),
        { numRuns: 20 },
      );
      await features.close();
      await features.close();
    }
  });

  it("return blocks that are requested at the same time", async () => {
    for (const path of paths) {
      const features = await openNpyFeatures(path);
      const blocks = await Promise.all(
        Array.from({ length: 35 }, async (_, b) => {
          const into = new Float32Array(20 * columns);
          await features.read(b * 20, 20, into);
          return into;
        }),
      );
      for (const [b, into] of blocks.entries()) {
        expect(into.every((value, i) => value === plain[b * 20 * columns + i])).toBe(true);
      }
      await features.close();
    }
  });

  it("refuse rows out of range and arrays that are too small", async () => {
    const features = await openNpyFeatures(paths[0]!);
    const into = new Float32Array(columns);
    await expectFailure(() => features.read(700, 1, into), "mismatch", "f4.npy", "1 rows from row 700");
    await expectFailure(() => features.read(0, 2, into), "mismatch", "2 x 1000", "found 1000");
    await features.close();
    await expectFailure(() => features.read(0, 1, into), "io", "f4.npy");
  });
});

describe("Missing rows", () => {
  const data = Float32Array.of(1, 0, 0, -0, 0, 2, 0, 0);

  it("are the rows of zeros by default", async () => {
    const features = await openNpyFeatures(write("zeros.npy", encodeNpy(data, [4, 2])));
    expect([...features.missing!]).toEqual([0, 1, 0, 1]);
    expect(features.missingCount).toBe(2);
    await features.close();
  });

  it("are no rows where missing is none", async () => {
    const path = write("kept.npy", encodeNpy(data, [4, 2]));
    const features = await openNpyFeatures(path, { missing: "none" });
    expect([features.missing, features.missingCount]).toEqual([undefined, 0]);
    await features.close();
  });

  it("agree with a count over the array, at any size", async () => {
    const value = fc.constantFrom(0, 0, 0, 1, -2);
    const array = fc
      .integer({ min: 1, max: 4 })
      .chain((columns) =>
        fc
          .array(fc.array(value, { minLength: columns, maxLength: columns }), { maxLength: 30 })
          .map((rows) => ({ rows, columns })),
      );
    await fc.assert(
      fc.asyncProperty(array, async ({ rows, columns }) => {
        const path = write("any.npy", encodeNpy(Int8Array.from(rows.flat()), [rows.length, columns]));
        const features = await openNpyFeatures(path);
        const expected = rows.map((row) => (row.every((entry) => entry === 0) ? 1 : 0));
        expect([...(features.missing ?? new Uint8Array(rows.length))]).toEqual(expected);
        await features.close();
      }),
      { numRuns: 50 },
    );
  });
});

describe("The reader of feature files", () => {
  it("names the row and column of NaN and infinities, on opening or on reading", async () => {
    const bad = [
      [
        "nan",
        Float32Array.from({ length: 12 }, (_, i) => (i === 7 ? Number.NaN : 1)),
        "row 2, column 1",
        "NaN",
      ],
      [
        "inf",
        Float64Array.from({ length: 12 }, (_, i) => (i === 11 ? -Infinity : 1)),
        "row 3, column 2",
        "-Infinity",
      ],
      [
        "half",
        Uint16Array.from({ length: 12 }, (_, i) => (i === 0 ? 0x7c00 : 1)),
        "row 0, column 0",
        "Infinity",
      ],
    ] as const;
    for (const [name, data, place, found] of bad) {
      const dtype = name === "half" ? "float16" : undefined;
      const path = write(`${name}.npy`, encodeNpy(data, [4, 3], { dtype }));
      await expectFailure(() => openNpyFeatures(path), "invalid-data", path, place, `found ${found}`);
      const lazy = await openNpyFeatures(path, { missing: "none" });
      const into = new Float32Array(12);
      await expectFailure(() => lazy.read(0, 4, into), "invalid-data", path, place, `found ${found}`);
      await lazy.close();
      const unchecked = await openNpyFeatures(path, { finite: false });
      await unchecked.read(0, 4, into);
      expect(into.every((value) => Number.isFinite(value))).toBe(false);
      await unchecked.close();
    }
  });

  it("refuses files that are absent, folders, cut off, too long, empty, or not .npy", async () => {
    const good = encodeNpy(new Float32Array(6).fill(1), [2, 3]);
    await expectFailure(
      () => openNpyFeatures(join(folder, "absent.npy")),
      "io",
      "absent.npy",
      "nothing there (ENOENT)",
    );
    await expectFailure(() => openNpyFeatures(folder), "io", folder, "a file");
    for (const length of [0, 5, 11, 60, good.length - 1]) {
      const path = write(`cut-${length}.npy`, good.subarray(0, length));
      await expectFailure(() => openNpyFeatures(path), "format", path);
    }
    const long = write("long.npy", Uint8Array.from([...good, 0]));
    await expectFailure(() => openNpyFeatures(long), "format", long, "left over");
    const text = write("text.npy", bytesOf("not an array at all, but some text"));
    await expectFailure(() => openNpyFeatures(text), "format", text, "magic");
    const objects = write(
      "objects.npy",
      npyFile("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", bytesOf("pickle")),
    );
    await expectFailure(() => openNpyFeatures(objects), "format", objects, "never opened");
    const flat = write("flat.npy", encodeNpy(new Float32Array(0), [3, 0]));
    await expectFailure(() => openNpyFeatures(flat), "invalid-data", flat, "(3, 0)");
  });

  it("notices a file that shrinks while it is read", async () => {
    const path = write("shrinks.npy", encodeNpy(new Float32Array(600).fill(1), [200, 3]));
    const features = await openNpyFeatures(path);
    write("shrinks.npy", encodeNpy(new Float32Array(6).fill(1), [2, 3]));
    await expectFailure(() => features.read(100, 100, new Float32Array(300)), "format", path, "cut off");
    await features.close();
  });
});
