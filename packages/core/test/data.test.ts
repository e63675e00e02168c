import { describe, expect, it } from "vitest";
import { denseFeatures, type FeatureArray, type FitOptions, fit as runFit } from "../src/index.ts";
import { float16ToFloat32, float32ToFloat16 } from "../src/support.ts";
import { type PlainData, randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { expectClose, flat, mean, norm, type Rows, tableRows } from "./support/tables.ts";

const plain: FitOptions = { prepare: "none", project: "none", scale: "none", clusters: 2 };

describe("Dense features", () => {
  const read = async (data: FeatureArray, first: number, rows: number): Promise<number[]> => {
    const into = new Float32Array(rows * 2);
    await denseFeatures(data, data.length / 2, 2).read(first, rows, into);
    return [...into];
  };

  it("return rows of float32 as they are, of float64 rounded, and of float16 widened", async () => {
    const values = [1, 2, 0.1, 1e-8, -3, 1e6];
    expect(await read(Float32Array.from(values), 1, 2)).toEqual(values.slice(2).map(Math.fround));
    expect(await read(Float64Array.from(values), 1, 2)).toEqual(values.slice(2).map(Math.fround));
    expect(await read(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff), 0, 2)).toEqual([
      1,
      -2,
      2 ** -24,
      65504,
    ]);
  });

  it("refuse sizes that contradict the values", async () => {
    const values = new Float32Array(6);
    await expectRefusal(() => denseFeatures(values, 4, 2), "mismatch", "4 x 2 = 8 values", "found 6");
    const missing = new Uint8Array(2);
    const masked = () => denseFeatures(values, 3, 2, { missing, label: "a.npy" });
    await expectRefusal(masked, "mismatch", "3 entries", "found 2", "a.npy");
    for (const [rows, columns] of [
      [-1, 2],
      [1.5, 4],
      [6, 0],
      [Number.NaN, 1],
    ] as const) {
      const build = () => denseFeatures(values, rows, columns);
      await expectRefusal(build, "invalid-data", "whole number", `${rows} x ${columns}`);
    }
  });
});

describe("float16", () => {
  it("widens every bit pattern as IEEE 754 defines it", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const widened = new Float32Array(65_536);
    float16ToFloat32(bits, widened);
    for (let i = 0; i < 65_536; i++) expect(Object.is(widened[i], throughBinary32(i))).toBe(true);
  });

  it("becomes the nearest value, ties to even, of float32", () => {
    const cases: readonly [number, number][] = [
      [0, 0x0000],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [2 ** -25, 0x0000],
      [1.5 * 2 ** -24, 0x0002],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [0.1, 0x2e66],
    ];
    expect([...float32ToFloat16(Float32Array.from(cases, ([value]) => value))]).toEqual(
      cases.map(([, bits]) => bits),
    );
  });

  it("holds its own values: widened and narrowed again, every bit pattern but those of NaN is the same", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter(
      (value) => (value & 0x7fff) <= 0x7c00,
    );
    const widened = new Float32Array(bits.length);
    float16ToFloat32(bits, widened);
    expect(float32ToFloat16(widened)).toEqual(bits);
  });

  /** The same number by moving sign, exponent and fraction to where binary32 has them. */
  function throughBinary32(bits: number): number {
    const view = new DataView(new ArrayBuffer(4));
    const sign = (bits >> 15) << 31;
    let exponent = (bits >> 10) & 31;
    let fraction = bits & 1023;
    if (exponent === 0 && fraction !== 0) {
      // A subnormal: shift until the leading one stands where it is implied.
      for (exponent = 1; (fraction & 1024) === 0; exponent--) fraction <<= 1;
      fraction &= 1023;
      view.setInt32(0, sign | ((exponent + 112) << 23) | (fraction << 13));
    } else if (exponent === 0) view.setInt32(0, sign);
    else if (exponent === 31) view.setInt32(0, sign | (255 << 23) | (fraction << 13));
    else view.setInt32(0, sign | ((exponent + 112) << 23) | (fraction << 13));
    return view.getFloat32(0);
  }
});

describe("Values that are not finite", () => {
  const clean = randomData({ users: 4, items: 20, widths: { image: 5, audio: 3 }, seed: 1 });
  const spoilt = (modality: string, row: number, column: number, value: number): PlainData => {
    const rows = clean.features[modality]!.map((values) => [...values!]);
    rows[row]![column] = value;
    return { ...clean, features: { ...clean.features, [modality]: rows } };
  };

  it.each<[modality: string, row: number, column: number, value: number]>([
    ["image", 0, 0, Number.NaN],
    ["image", 19, 4, Number.POSITIVE_INFINITY],
    ["audio", 7, 2, Number.NEGATIVE_INFINITY],
    ["audio", 13, 1, Number.NaN],
  ])(
    "in %s, row %i, column %i (%d) are named, resident and streamed",
    async (modality, row, column, value) => {
      const input = toInput(spoilt(modality, row, column, value));
      for (const memory of [undefined, 100]) {
        const place = `modality ${modality}, row ${row}, column ${column}`;
        await expectRefusal(() => runFit(input, { ...plain, memory }), "invalid-data", `${value}`, place);
      }
    },
  );

  it("are named with the file they came from", async () => {
    const { train } = toInput(clean);
    const image = denseFeatures(new Float32Array(40).fill(Number.NaN, 7), 20, 2, { label: "image_feat.npy" });
    const work = () => runFit({ train, features: { image } });
    await expectRefusal(work, "invalid-data", "image_feat.npy, row 3, column 1");
  });

  it("include float64 values beyond float32, and finite rows whose norm is not", async () => {
    const { train } = toInput(clean);
    const huge = denseFeatures(new Float64Array(40).fill(1e39, 8, 9), 20, 2);
    await expectRefusal(() => runFit({ train, features: { huge } }), "invalid-data", "row 4, column 0");
    const wide = denseFeatures(new Float32Array(40).fill(3e38, 8, 10), 20, 2);
    await expectRefusal(() => runFit({ train, features: { wide } }), "invalid-data", "norm", "row 4");
  });
});

describe("Items without a modality", () => {
  const data = randomData({ users: 12, items: 30, widths: { image: 4, audio: 3 }, seed: 6, missing: 0.4 });
  const absent = (modality: string): number[] =>
    data.features[modality]!.flatMap((row, item) => (row === null ? [item] : []));

  it("have label -1, are counted in the report and have the modality's mean", async () => {
    const { clusters, report, items } = await runFit(toInput(data), plain);
    let column = 0;
    for (const [modality, rows] of Object.entries(data.features)) {
      const missing = absent(modality);
      expect(missing.length).toBeGreaterThan(3);
      expect(report.input.modalities[modality]!.missingItems).toBe(missing.length);
      const { labels } = clusters[modality]!;
      expect([...labels.keys()].filter((item) => labels[item] === -1)).toEqual(missing);
      const known = rows.filter((row) => row !== null);
      const average = known[0]!.map((_, c) => mean(known.map((row) => row[c]!)));
      const width = average.length;
      const parts = tableRows(items).map((row) => row.slice(column, column + width));
      expectClose(
        missing.map((item) => parts[item]!),
        missing.map(() => average),
        1e-6,
      );
      column += width;
    }
    const neither = absent("image").filter((item) => absent("audio").includes(item));
    expect(neither.length).toBeGreaterThan(0);
    expect(report.itemsWithoutFeatures).toEqual({ count: neither.length, rows: neither.slice(0, 10) });
  });

  it("give users without other items the modality's mean, and the report counts these users", async () => {
    const only = absent("audio").find((item) => data.features.image![item] !== null)!;
    const histories = [[{ item: only, weight: 1 }], [], [{ item: 0, weight: 1 }]];
    const { perModality, report } = await runFit(toInput({ ...data, histories }), plain);
    const audio = tableRows(perModality.audio!);
    expect(audio[0]).toEqual(audio[1]);
    expect(norm(audio[0]!)).toBeGreaterThan(0);
    expect(report.usersWithoutHistory).toEqual({ count: 1, rows: [1] });
    expect(report.usersWithoutModality).toEqual({
      image: { count: 0, rows: [] },
      audio: { count: 1, rows: [0] },
    });
  });

  it("are those with a row of zeros, unless zeros are kept", async () => {
    const rows: Rows = [
      [1, 2],
      [0, 0],
      [3, 1],
      [-2, 4],
    ];
    const histories = [
      [
        { item: 0, weight: 1 },
        { item: 1, weight: 1 },
      ],
    ];
    const input = toInput({ itemCount: 4, histories, features: { image: rows } });
    const options: FitOptions = { ...plain, lambda: 1, normalization: "mean" };
    const missing = await runFit(input, options);
    expectClose(tableRows(missing.users), [[1, 2]], 1e-6);
    expectClose([tableRows(missing.items)[1]!], [[2 / 3, 7 / 3]], 1e-6);
    const kept = await runFit(input, { ...options, zeroRows: "keep" });
    expectClose(tableRows(kept.users), [[0.5, 1]], 1e-6);
    expect(tableRows(kept.items)[1]).toEqual([0, 0]);
    expect([...kept.clusters.image!.labels].every((label) => label >= 0)).toBe(true);
  });

  it("may not be all items", async () => {
    const { train, features } = toInput(data);
    const zeros = denseFeatures(new Float32Array(60), 30, 2, { label: "text.npy" });
    const work = () => runFit({ train, features: { ...features, text: zeros } });
    await expectRefusal(work, "invalid-data", "at least one item with features", "30 items", "text.npy");
    const nothing = denseFeatures(flat([[1, 2]]), 1, 2, { missing: Uint8Array.of(1) });
    const one = toInput({
      itemCount: 1,
      histories: [[{ item: 0, weight: 1 }]],
      features: { image: [[1, 2]] },
    });
    const masked = () => runFit({ ...one, features: { image: nothing } });
    await expectRefusal(masked, "invalid-data", "1 items, all without", "modality image");
  });
});

describe("An input whose parts contradict each other", () => {
  const data = randomData({ users: 4, items: 10, widths: { image: 5, audio: 3 }, seed: 1 });

  it("is refused when a modality has another number of rows than items", async () => {
    const { train, features } = toInput(data);
    const short = denseFeatures(new Float32Array(27).fill(1), 9, 3);
    const work = () => runFit({ train, features: { ...features, audio: short } });
    await expectRefusal(work, "mismatch", "10 rows, one for each item", "found 9", "modality audio");
    const labeled = denseFeatures(new Float32Array(33).fill(1), 11, 3, { label: "audio_feat.npy" });
    const other = () => runFit({ train, features: { ...features, audio: labeled } });
    await expectRefusal(other, "mismatch", "found 11", "audio_feat.npy");
  });

  it("is refused without any interaction", async () => {
    const input = toInput({ ...data, histories: [[], []] });
    await expectRefusal(() => runFit(input), "invalid-data", "at least one interaction", "none");
  });

  it("fails with the error of a source that throws", async () => {
    const { train, features } = toInput(data);
    const reason = new Error("the disk is gone");
    const broken = { ...features.image!, read: () => Promise.reject(reason) };
    await expect(runFit({ train, features: { image: broken } })).rejects.toBe(reason);
  });
});
