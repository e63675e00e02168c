import { isWellbegunError } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeNpy,
  decodeNpyValues,
  encodeNpy,
  encodeNpyHeader,
  npyRowRange,
  parseNpyHeader,
  toFloat32,
  toInt32,
} from "../src/formats/npy.ts";
import { bytesOf, expectFailure, npyFile } from "./helpers.ts";

const f4 = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const dictionary = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe("The writer of .npy", () => {
  it("pads the header so that the values start at a multiple of 64, and ends it with a line feed", () => {
    for (const shape of [[0], [7], [3, 4], [123456789, 512], [2 ** 40, 2 ** 10]]) {
      const header = encodeNpyHeader("float32", shape);
      expect(header.length % 64).toBe(0);
      expect(header.at(-1)).toBe(0x0a);
    }
  });

  it("writes arrays that are read back unchanged, from any alignment", () => {
    const values = fc.float32Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(9), (data, shift) => {
        const columns = data.length % 2 === 0 ? 2 : 1;
        const bytes = encodeNpy(data, [data.length / columns, columns]);
        const shifted = new Uint8Array(shift + bytes.length);
        shifted.set(bytes, shift);
        const array = decodeNpy(shifted.subarray(shift));
        expect(array.dtype).toBe("float32");
        expect(array.shape).toEqual([data.length / columns, columns]);
        expect(array.data).toEqual(data);
      }),
    );
  });

  it("takes float16 bits and booleans by name", () => {
    const halves = decodeNpy(encodeNpy(Uint16Array.of(0x3c00, 0xc000), [2], { dtype: "float16" }));
    expect([...toFloat32(halves)]).toEqual([1, -2]);
    expect(decodeNpy(encodeNpy(Uint8Array.of(1, 0), [2], { dtype: "bool" })).dtype).toBe("bool");
  });

  it("refuses shapes and types that contradict the values", async () => {
    await expectFailure(
      () => encodeNpy(Float32Array.of(1, 2, 3), [2, 2]),
      "invalid-option",
      "2 x 2 = 4",
      "found 3",
    );
    await expectFailure(() => encodeNpy(Float32Array.of(1), [1, 1, 1]), "invalid-option", "[1, 1, 1]");
    await expectFailure(() => encodeNpyHeader("float32", [1.5]), "invalid-option", "[1.5]");
    await expectFailure(
      () => encodeNpy(Float32Array.of(1), [1], { dtype: "float16" }),
      "invalid-option",
      "uint16",
    );
  });
});

describe("The reader of .npy", () => {
  it("reads Fortran order, in either byte order of any width, as C order", () => {
    const bytes = npyFile(dictionary("'<f4'", "(2, 3)", "True"), f4(1, 4, 2, 5, 3, 6));
    expect([...toFloat32(decodeNpy(bytes))]).toEqual([1, 2, 3, 4, 5, 6]);
    const big = npyFile(dictionary("'>i2'", "(2, 2)", "True"), Uint8Array.of(0, 1, 0, 3, 1, 2, 255, 254));
    expect([...decodeNpy(big).data]).toEqual([1, 258, 3, -2]);
  });

  it("reads headers with keys in another order, double quotes, and Python 2's long integers", () => {
    const bytes = npyFile(`{"shape": (2L, 1L), "fortran_order": True, "descr": "<f4"}`, f4(1, 2));
    const header = parseNpyHeader(bytes);
    expect(header).toMatchObject({ dtype: "float32", shape: [2, 1], fortranOrder: false, columns: 1 });
  });

  it("locates and converts blocks of rows", () => {
    const bytes = encodeNpy(
      Float64Array.from({ length: 15 }, (_, i) => i / 4),
      [5, 3],
    );
    const header = parseNpyHeader(bytes);
    const { start, end } = npyRowRange(header, 1, 2);
    const into = new Float32Array(6);
    decodeNpyValues(header, bytes.subarray(start, end), into);
    expect([...into]).toEqual([0.75, 1, 1.25, 1.5, 1.75, 2]);
  });

  it("refuses rows out of range, blocks of another size, and rows of Fortran order", async () => {
    const header = parseNpyHeader(encodeNpy(new Float32Array(6), [3, 2]));
    await expectFailure(() => npyRowRange(header, 2, 2), "invalid-option", "2 rows from row 2");
    await expectFailure(() => npyRowRange(header, -1, 1), "invalid-option", "row -1");
    await expectFailure(
      () => decodeNpyValues(header, new Uint8Array(7), new Float32Array(2)),
      "mismatch",
      "7 bytes",
    );
    const fortran = parseNpyHeader(npyFile(dictionary("'<f4'", "(3, 2)", "True")));
    await expectFailure(() => npyRowRange(fortran, 0, 1), "format", "Fortran");
  });

  it("gives whole numbers as int32, and refuses others", async () => {
    expect([...toInt32({ dtype: "int64", data: BigInt64Array.of(-5n, 7n) })]).toEqual([-5, 7]);
    expect([...toInt32({ dtype: "float64", data: Float64Array.of(3, -1) })]).toEqual([3, -1]);
    expect([...toInt32({ dtype: "float16", data: Uint16Array.of(0x4200) })]).toEqual([3]);
    const tooLarge = { dtype: "int64", data: BigInt64Array.of(1n, 2n ** 31n) } as const;
    await expectFailure(() => toInt32(tooLarge, "a.npy"), "invalid-data", "2147483648", "a.npy, element 1");
    await expectFailure(
      () => toInt32({ dtype: "float32", data: Float32Array.of(0.5) }),
      "invalid-data",
      "0.5",
    );
    await expectFailure(
      () => toInt32({ dtype: "float32", data: Float32Array.of(Number.NaN) }),
      "invalid-data",
      "NaN",
    );
  });

  it("widens bfloat16 exactly", () => {
    const source = { dtype: "bfloat16", data: Uint16Array.of(0x3f80, 0xc040, 0x7f80) } as const;
    expect([...toFloat32(source)]).toEqual([1, -3, Number.POSITIVE_INFINITY]);
  });
});

describe("The reader of .npy, given a bad file,", () => {
  const label = "image_feat.npy";
  const refused = (bytes: Uint8Array, ...parts: readonly string[]): Promise<void> =>
    expectFailure(() => decodeNpy(bytes, label), "format", label, ...parts);
  const good = encodeNpy(Float32Array.of(1, 2, 3, 4), [2, 2]);

  it("names files of another format", async () => {
    await refused(bytesOf("userID\titemID\n"), "magic", "75 73 65 72 49 44");
    await refused(Uint8Array.of(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0), "pickle");
    await refused(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0), "zip");
    await refused(Uint8Array.of(0x50, 0x4b), "zip");
    await refused(new Uint8Array(0), "0 bytes");
  });

  it("refuses unknown versions and headers that never end", async () => {
    const version = good.slice();
    version[6] = 4;
    await refused(version, "version 1, 2 or 3", "4");
    const endless = good.slice();
    endless.set([2, 0, 255, 255, 255, 255], 6);
    await refused(endless, "4294967295");
    const long = good.slice();
    long.set([255, 255], 8);
    await refused(long, "cut off");
  });

  it("refuses files cut off at any byte", () => {
    for (let length = 0; length < good.length; length++) {
      let error: unknown;
      try {
        decodeNpy(good.subarray(0, length), label);
      } catch (thrown) {
        error = thrown;
      }
      expect(isWellbegunError(error) && error.code, `${length} bytes`).toBe("format");
    }
  });

  it("refuses a header whose size is too large or too small for the values", async () => {
    await refused(npyFile(dictionary("'<f4'", "(3, 2)"), f4(1, 2, 3, 4)), "3 x 2 float32", "cut off");
    await refused(npyFile(dictionary("'<f4'", "(1, 2)"), f4(1, 2, 3, 4)), "left over");
    await refused(npyFile(dictionary("'<f4'", "(9007199254740993, 8)"), f4(1)), "two dimensions");
    await refused(npyFile(dictionary("'<f4'", "(4503599627370496, 4)"), f4(1)), "fits a file");
  });

  it("refuses pickled objects, records, complex numbers, text, dates", async () => {
    await refused(
      npyFile(dictionary("'|O'", "(2,)"), Uint8Array.of(0x80, 4)),
      "Python objects",
      "never opened",
      "np.save",
    );
    await refused(npyFile(dictionary("[('a', '<f4'), ('b', '<i4')]", "(2,)")), "records");
    for (const descr of ["<c8", "<U3", "|S4", "<M8[ns]", "|V8", "<f16", "|f1", "<i3", "nonsense"]) {
      await refused(npyFile(dictionary(`'${descr}'`, "(0,)")), "float, int, uint or bool", descr);
    }
  });

  it("refuses other numbers of dimensions", async () => {
    await refused(npyFile(dictionary("'<f4'", "()"), f4(1)), "one or two dimensions", "()");
    await refused(npyFile(dictionary("'<f4'", "(1, 1, 1)"), f4(1)), "one or two dimensions", "(1, 1, 1)");
    await refused(npyFile(dictionary("'<f4'", "(1, , 1)"), f4(1)), "one or two dimensions");
  });

  it("refuses headers that are not a dictionary of the three keys", async () => {
    for (const header of [
      "",
      "{}",
      "{'descr': '<f4', 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'extra': True}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os')}",
    ]) {
      await refused(npyFile(header, f4(1)), "descr, fortran_order and shape");
    }
  });

  it("throws only typed errors, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(good.length - 1),
        fc.nat(255),
        (tail, at, byte) => {
          const damaged = good.slice();
          damaged[at] = byte;
          for (const bytes of [damaged, Uint8Array.from([...good.subarray(0, 8), ...tail])]) {
            try {
              decodeNpy(bytes);
            } catch (error) {
              expect(isWellbegunError(error), String(error)).toBe(true);
            }
          }
        },
      ),
    );
  });
});
