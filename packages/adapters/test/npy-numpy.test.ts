import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import {
  decodeNpy,
  type ElementArray,
  encodeNpy,
  type NpyElementType,
  parseNpyHeader,
  toFloat32,
} from "../src/formats/npy.ts";
import { openNpyFeatures } from "../src/node/index.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

const dtypes = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"] as const;

describeWithNumpy("The reader of .npy files from numpy", () => {
  const folder = temporaryFolder();
  // Every dtype in both byte orders, C and Fortran order, three versions, one and two dimensions; expected float32
  // values come from numpy's own conversion.
  const script = `
import os
from numpy.lib import format
folder, dtypes = sys.argv[1], sys.argv[2].split(",")
for dtype in dtypes:
    for order in "<>":
        for layout in "CF":
            for version in (1, 2, 3):
                values = np.random.default_rng(7).integers(-100, 100, (7, 5)) * 1.37
                array = np.asarray(values.astype(order + dtype), order=layout)
                name = os.path.join(folder, f"{'big' if order == '>' else 'little'}-{dtype}-{layout}-{version}.npy")
                with open(name, "wb") as file:
                    format.write_array(file, array, version=(version, 0), allow_pickle=False)
        np.save(os.path.join(folder, f"flat-{'big' if order == '>' else 'little'}-{dtype}.npy"), array[:, 0].copy())
    np.ascontiguousarray(values.astype("<" + dtype).astype("<f4")).tofile(os.path.join(folder, dtype + ".f4"))
halves = np.arange(65536, dtype="<u2").view("<f2")
np.save(os.path.join(folder, "halves.npy"), halves)
halves.astype("<f4").tofile(os.path.join(folder, "halves.f4"))
extremes = np.array([2**63 - 1, -2**63, 2**53, 12345678901234567], dtype="<i8")
np.save(os.path.join(folder, "extremes.npy"), extremes)
np.save(os.path.join(folder, "objects.npy"), np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(os.path.join(folder, "records.npy"), np.zeros(3, dtype=[("é", "<f4"), ("b", "<i4")]))
np.save(os.path.join(folder, "complex.npy"), np.zeros(3, dtype=np.complex64))
np.save(os.path.join(folder, "scalar.npy"), np.float32(3))
np.save(os.path.join(folder, "empty.npy"), np.zeros((0, 4), dtype="<f4"))
`;
  beforeAll(() => {
    python(script, folder, dtypes.join(","));
  });
  const read = (name: string): Uint8Array => readFileSync(join(folder, name));
  const expectedValues = (dtype: string): Float32Array =>
    new Float32Array(new Uint8Array(read(`${dtype}.f4`)).buffer);

  for (const dtype of dtypes) {
    it(`reads ${dtype}, from bytes and as features`, async () => {
      const expected = expectedValues(dtype);
      for (const order of ["little", "big"]) {
        for (const layout of ["C", "F"]) {
          for (const version of [1, 2, 3]) {
            const name = `${order}-${dtype}-${layout}-${version}.npy`;
            const array = decodeNpy(read(name), name);
            expect(array.shape, name).toEqual([7, 5]);
            expect(parseNpyHeader(read(name)).version, name).toBe(version);
            expect(toFloat32(array), name).toEqual(expected);
            const features = await openNpyFeatures(join(folder, name));
            const block = new Float32Array(15);
            await features.read(2, 3, block);
            expect(block, name).toEqual(expected.slice(10, 25));
            await features.close();
          }
        }
        const flat = decodeNpy(read(`flat-${order}-${dtype}.npy`));
        expect(flat.shape).toEqual([7]);
        expect(toFloat32(flat)).toEqual(expected.filter((_, i) => i % 5 === 0));
      }
    });
  }

  it("widens every float16 as numpy does", () => {
    const ours = toFloat32(decodeNpy(read("halves.npy")));
    expect(ours).toEqual(expectedValues("halves"));
  });

  it("keeps 64-bit integers exactly", () => {
    const { data } = decodeNpy(read("extremes.npy"));
    expect([...data]).toEqual([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 12345678901234567n]);
  });

  it("reads an empty array, and refuses objects, records, complex numbers and scalars", async () => {
    expect(decodeNpy(read("empty.npy")).shape).toEqual([0, 4]);
    await expectFailure(() => decodeNpy(read("objects.npy")), "format", "Python objects");
    await expectFailure(() => decodeNpy(read("records.npy")), "format", "records");
    await expectFailure(() => decodeNpy(read("complex.npy")), "format", "<c8");
    await expectFailure(() => decodeNpy(read("scalar.npy")), "format", "()");
  });
});

describeWithNumpy("The writer of .npy equals numpy", () => {
  const arrays: readonly (readonly [NpyElementType, ElementArray])[] = [
    ["float16", Uint16Array.of(0x3c00, 0x0001, 0x7c00, 0xfbff, 0, 0x8000)],
    ["float32", Float32Array.of(1.5, -2.25, 1e-45, 3e38, 0, -0)],
    ["float64", Float64Array.of(1.5, -2.25, 5e-324, 1e308, 0, -0)],
    ["int8", Int8Array.of(-128, 127, 0, 1, 2, 3)],
    ["int16", Int16Array.of(-32768, 32767, 0, 1, 2, 3)],
    ["int32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3)],
    ["int64", BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n, 1n, 2n, 3n)],
    ["uint8", Uint8Array.of(0, 255, 1, 2, 3, 4)],
    ["uint16", Uint16Array.of(0, 65535, 1, 2, 3, 4)],
    ["uint32", Uint32Array.of(0, 2 ** 32 - 1, 1, 2, 3, 4)],
    ["uint64", BigUint64Array.of(0n, 2n ** 64n - 1n, 1n, 2n, 3n, 4n)],
    ["bool", Uint8Array.of(1, 0, 0, 1, 1, 0)],
  ];

  const folder = temporaryFolder();

  it("byte for byte, for arrays of every type", () => {
    for (const [dtype, data] of arrays) {
      for (const shape of [[6], [2, 3], [3, 2]]) {
        writeFileSync(join(folder, `${dtype}-${shape.join("x")}.npy`), encodeNpy(data, shape, { dtype }));
      }
    }
    const printed = python(
      `
import glob, io, os
seen = []
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.npy"))):
    array = np.load(path, allow_pickle=False)
    again = io.BytesIO()
    np.save(again, array)
    same = again.getvalue() == open(path, "rb").read()
    seen.append([os.path.basename(path), str(array.dtype), list(array.shape), array.tobytes().hex(), same])
print(json.dumps(seen))
`,
      folder,
    );
    const expected = arrays.flatMap(([dtype, data]) =>
      [[6], [2, 3], [3, 2]].map((shape) => {
        const hex = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
        return [`${dtype}-${shape.join("x")}.npy`, dtype, shape, hex, true];
      }),
    );
    expected.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    expect(JSON.parse(printed)).toEqual(expected);
  });
});
