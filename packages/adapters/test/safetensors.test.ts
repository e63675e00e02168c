import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isWellbegunError } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeSafetensors,
  type ElementType,
  encodeSafetensors,
  layoutSafetensors,
  type NamedTensor,
  parseSafetensorsHeader,
  safetensorsHeaderEnd,
  toFloat32,
} from "../src/formats/safetensors.ts";
import { bytesOf, expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

/** A file put together by hand from the format's description. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = bytesOf(typeof header === "string" ? header : JSON.stringify(header));
  return Uint8Array.from([json.length & 255, json.length >> 8, 0, 0, 0, 0, 0, 0, ...json, ...data]);
}

const tensors: readonly NamedTensor[] = [
  { name: "labels", shape: [3], data: Int32Array.of(2, -1, 7) },
  { name: "users", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) },
  { name: "flags", shape: [3], data: Uint8Array.of(1, 0, 1), dtype: "bool" },
  { name: "wide", shape: [1, 2, 1], data: BigInt64Array.of(-(2n ** 60n), 5n) },
  { name: "half", shape: [2], data: Uint16Array.of(0x3c00, 0xc000), dtype: "float16" },
  { name: "brain", shape: [2], data: Uint16Array.of(0x3f80, 0xc000), dtype: "bfloat16" },
  { name: "one", shape: [], data: Float64Array.of(Math.PI) },
  { name: "none", shape: [0, 4], data: new Float32Array(0) },
];

describe("The safetensors format", () => {
  it("reads back its own files, aligned and with wide types first", () => {
    const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(tensors, { b: "2", a: "1" }));
    expect(Object.keys(metadata)).toEqual(["a", "b"]);
    expect([...read.keys()]).toEqual(["one", "wide", "labels", "none", "users", "brain", "half", "flags"]);
    for (const { name, shape, data, dtype } of tensors) {
      expect(read.get(name)).toEqual({ dtype: dtype ?? read.get(name)!.dtype, shape, data });
    }
    expect([...toFloat32(read.get("brain")!)]).toEqual([1, -2]);
    const { tensors: entries } = parseSafetensorsHeader(encodeSafetensors(tensors));
    for (const { name, start } of entries.values()) {
      expect(start % read.get(name)!.data.BYTES_PER_ELEMENT, name).toBe(0);
    }
  });

  it("has the same bytes in whatever order tensors and metadata come", () => {
    const expected = encodeSafetensors(tensors, { a: "1", b: "2" });
    fc.assert(
      fc.property(fc.shuffledSubarray([...tensors], { minLength: tensors.length }), (shuffled) => {
        expect(encodeSafetensors(shuffled, { b: "2", a: "1" })).toEqual(expected);
      }),
    );
  });

  it("lays tensors out in the given order, for writing them one after another", () => {
    const { header, entries } = layoutSafetensors([
      { name: "b", dtype: "float32", shape: [2, 3] },
      { name: "a", dtype: "int32", shape: [4] },
    ]);
    expect(header.length % 8).toBe(0);
    expect(safetensorsHeaderEnd(header)).toBe(header.length);
    expect(entries.map(({ start, end }) => [start - header.length, end - header.length])).toEqual([
      [0, 24],
      [24, 40],
    ]);
    expect([...parseSafetensorsHeader(header, "x", header.length + 40).tensors.values()]).toEqual(entries);
  });

  it("reads names and metadata that are special to JavaScript, and unaligned files", () => {
    const header = `{"__metadata__":{"__proto__":"m"},"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`;
    for (const padding of ["", " ", "  "]) {
      const read = decodeSafetensors(file(header + padding, new Uint8Array(Float32Array.of(7).buffer)));
      expect([...read.tensors.get("__proto__")!.data]).toEqual([7]);
      expect(Object.entries(read.metadata)).toEqual([["__proto__", "m"]]);
    }
  });
});

describe("The reader of safetensors files", () => {
  const refused = (bytes: Uint8Array, ...parts: readonly string[]): Promise<void> =>
    expectFailure(() => decodeSafetensors(bytes, "t.safetensors"), "format", "t.safetensors", ...parts);
  const entry = (start: number, end: number, shape: readonly number[] = [(end - start) / 4]): object => ({
    dtype: "F32",
    shape,
    data_offsets: [start, end],
  });

  it("refuses headers that are cut off, too long, or not a JSON object", async () => {
    await refused(Uint8Array.of(1, 2), "2 bytes");
    await refused(file({ a: entry(0, 4) }, new Uint8Array(4)).subarray(0, 20), "cut off after 20");
    await refused(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 0), "claims");
    await refused(file("{nonsense"), "JSON");
    await refused(file("[1]"), "JSON object");
    await refused(file(`{"\xff`), "JSON");
  });

  it("refuses gaps, overlaps, and a file that ends elsewhere", async () => {
    await refused(file({ a: entry(0, 4), b: entry(8, 12) }, new Uint8Array(12)), "gap", '"b"');
    await refused(file({ a: entry(0, 8), b: entry(4, 12) }, new Uint8Array(12)), "overlap", '"b"');
    await refused(file({ a: entry(4, 8) }, new Uint8Array(8)), "gap", '"a"');
    await refused(file({ a: entry(0, 8) }, new Uint8Array(4)), "bytes, as the header says");
    await refused(file({ a: entry(0, 4) }, new Uint8Array(8)), "bytes, as the header says");
  });

  it("refuses entries that contradict themselves", async () => {
    await refused(file({ a: entry(0, 4, [2]) }, new Uint8Array(4)), "8 bytes", '"a"');
    await refused(file({ a: entry(0, 4, [-1]) }, new Uint8Array(4)), "shape");
    await refused(file({ a: entry(4, 0, [1]) }, new Uint8Array(4)), "4 bytes", "-4");
    await refused(
      file({ a: { dtype: "F8_E4M3", shape: [4], data_offsets: [0, 4] } }, new Uint8Array(4)),
      "F8_E4M3",
    );
    await refused(file({ a: { dtype: "F32", shape: [1] } }), "data_offsets");
    await refused(file({ a: 1 }), '"a"');
    await refused(file({ __metadata__: { a: 1 } }), "__metadata__");
  });

  it("refuses to write two tensors of one name, and values of another length", async () => {
    const twice = [tensors[0]!, tensors[0]!];
    await expectFailure(() => encodeSafetensors(twice), "invalid-option", '"labels"');
    const reserved = [{ ...tensors[0]!, name: "__metadata__" }];
    await expectFailure(() => encodeSafetensors(reserved), "invalid-option", "__metadata__");
    await expectFailure(
      () => encodeSafetensors([{ ...tensors[1]!, shape: [3] }]),
      "invalid-option",
      "12 bytes",
      "16",
    );
  });

  it("throws only typed errors, whatever the header", () => {
    const good = encodeSafetensors(tensors, { a: "b" });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.json(), (at, byte, json) => {
        const damaged = good.slice();
        damaged[at] = byte;
        for (const bytes of [damaged, file(json), file(`{"a":${json}}`)]) {
          try {
            decodeSafetensors(bytes);
          } catch (error) {
            expect(isWellbegunError(error), String(error)).toBe(true);
          }
        }
      }),
    );
  });
});

describeWithNumpy("Files of safetensors, beside a reader and writer in Python,", () => {
  const folder = temporaryFolder();
  // The format's description in a few lines of Python, which share nothing with the code under test.
  const codec = `
import struct
types = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "BOOL": "|b1", "BF16": "<u2"}
def load(path):
    raw = open(path, "rb").read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    body = raw[8 + length :]
    out = {}
    for name, e in header.items():
        if name == "__metadata__":
            out[name] = e
            continue
        start, end = e["data_offsets"]
        out[name] = np.frombuffer(body[start:end], types[e["dtype"]]).reshape(e["shape"]).tolist()
    return out
`;

  it("are read by Python where they were written here", () => {
    const path = join(folder, "t.safetensors");
    writeFileSync(path, encodeSafetensors(tensors, { made: "by wellbegun" }));
    expect(JSON.parse(python(`${codec}print(json.dumps(load(sys.argv[1])))`, path))).toEqual({
      __metadata__: { made: "by wellbegun" },
      labels: [2, -1, 7],
      users: [
        [1, 2],
        [3, 4.5],
      ],
      flags: [true, false, true],
      wide: [[[-(2 ** 60)], [5]]],
      half: [1, -2],
      brain: [0x3f80, 0xc000],
      one: Math.PI,
      none: [],
    });
  });

  it("are read here where Python wrote them", () => {
    const hex = python(`
import struct
arrays = {"x": np.arange(6, dtype="<f4").reshape(2, 3) / 2, "y": np.array([3, -4], dtype="<i8"), "z": np.array([1.5, -0.25], dtype="<f2")}
header, body = {"__metadata__": {"k": "é"}}, b""
names = {"f4": "F32", "i8": "I64", "f2": "F16"}
for name, a in arrays.items():
    header[name] = {"dtype": names[a.dtype.str[1:]], "shape": list(a.shape), "data_offsets": [len(body), len(body) + a.nbytes]}
    body += a.tobytes()
raw = json.dumps(header).encode()
print((struct.pack("<Q", len(raw)) + raw + body).hex())
`);
    const { tensors: read, metadata } = decodeSafetensors(Uint8Array.from(Buffer.from(hex.trim(), "hex")));
    const dtypes: ElementType[] = [...read.values()].map(({ dtype }) => dtype);
    expect(dtypes).toEqual(["float32", "int64", "float16"]);
    expect([...read.values()].map((tensor) => [...toFloat32(tensor)])).toEqual([
      [0, 0.5, 1, 1.5, 2, 2.5],
      [3, -4],
      [1.5, -0.25],
    ]);
    expect(metadata).toEqual({ k: "é" });
  });
});
