import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { describeWithModels, encodeApart, miniLm, newFolder, rowCosines } from "./support/models.ts";
import { writeOddModels } from "./support/odd-models.ts";
import { writePng } from "./support/png.ts";

describeWithModels("ONNX models with fixed axes, in float16, and with outputs that are no vectors", () => {
  let folder: string;
  beforeAll(() => {
    folder = writeOddModels();
  });

  it("a text model with room for one text of 32 tokens gives the vectors of the model that takes any number", () => {
    const texts = Array.from({ length: 12 }, (_, i) => `Movie ${i} about ${"family and war ".repeat(i)}`);
    const found = encodeApart({
      place: join(folder, "fixed"),
      options: { modality: "text" },
      content: texts,
    });
    const own = encodeApart({
      place: miniLm({ maxTokens: 32 }),
      options: { modality: "text" },
      content: texts,
    });
    expect(found.truncated).toBe(own.truncated);
    expect(found.truncated).toBeGreaterThan(0);
    // The quantized model scales a whole batch at once.
    expect(Math.min(...rowCosines(found.vectors, own.vectors, own.width))).toBeGreaterThan(0.99);
  });

  const pictures = (): { file: string }[] => {
    const place = newFolder();
    return [0, 90, 250].map((red) => ({ file: writePng(join(place, `${red}.png`), 40, 30, [red, 30, 90]) }));
  };

  it("an image model in float16 with room for one image gives the vectors of the same model in float32", () => {
    const [half, whole] = ["half", "image"].map((name) =>
      encodeApart({ place: join(folder, name), options: { modality: "image" }, content: pictures() }),
    );
    expect(half!.vectors).toHaveLength(3 * 16);
    for (const [i, value] of half!.vectors.entries()) expect(value).toBeCloseTo(whole!.vectors[i]!, 1);
    expect(Math.min(...rowCosines(half!.vectors, whole!.vectors, 16))).toBeGreaterThan(0.99999);
  });

  it("an output without a row for each content, or with another width for other content, is refused by its shape", () => {
    const images = { options: { modality: "image" }, content: pictures() } as const;
    expect(() => encodeApart({ place: join(folder, "one-row"), ...images })).toThrow(
      "the first of them 3: one row for each content, found float32 with 1 x 3 x 1 x 1 (one-row, model.onnx)",
    );
    const texts = { options: { modality: "text" }, content: ["some words in a row"] } as const;
    expect(() => encodeApart({ place: join(folder, "tokens"), ...texts })).toThrow(
      /expected vectors of 3 values, as of other content, found 7, .* \(tokens, model\.onnx\)/,
    );
  });

  it("a sound that is shorter than the model's window is listed, and the others have their vectors", () => {
    const content = ["long.wav", "short.wav", "long.wav"].map((name) => ({ file: join(folder, name) }));
    const { vectors, failures } = encodeApart({
      place: join(folder, "windows"),
      options: { modality: "audio" },
      content,
    });
    expect(failures).toEqual([{ row: 1, reason: "too short for the model: 0.006 s" }]);
    expect(vectors.slice(16, 32).every((value) => value === 0)).toBe(true);
    expect(vectors.slice(0, 16)).toEqual(vectors.slice(32));
    expect(vectors.slice(0, 16).some((value) => value !== 0)).toBe(true);
  });

  /** The file long.wav, two seconds, changed. */
  const changed = (name: string, change: (file: Buffer) => Uint8Array): { file: string } => {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(join(folder, "long.wav"))));
    return { file };
  };

  it("a sound that ends before its header says is listed with both lengths; a chunk of odd length before the samples is skipped", () => {
    const odd = Buffer.from("LIST\x05\0\0\0INFO1\0", "latin1");
    const content = [
      { file: join(folder, "long.wav") },
      changed("cut.wav", (file) => file.subarray(0, 44 + 32_000)),
      changed("odd.wav", (file) => Buffer.concat([file.subarray(0, 36), odd, file.subarray(36)])),
      changed("empty.wav", (file) => file.subarray(0, 44)),
    ];
    const place = join(folder, "windows");
    const { vectors, failures } = encodeApart({ place, options: { modality: "audio" }, content });
    expect(failures).toEqual([
      {
        row: 1,
        reason: "not a readable sound: it ends after 1.00 s, where its header declares 2.00 s",
      },
      { row: 3, reason: "not a readable sound: no samples" },
    ]);
    expect(vectors.slice(16, 32).every((value) => value === 0)).toBe(true);
    expect(vectors.slice(32, 48)).toEqual(vectors.slice(0, 16));
  });

  it("a sound that is longer than an extractor takes is cut to its beginning and counted, where CLAP's would draw a place", () => {
    const long = { file: join(folder, "long.wav") };
    const beginning = changed("beginning.wav", (file) => {
      const header = Buffer.from(file.subarray(0, 44));
      header.writeUInt32LE(32_000, 40);
      return Buffer.concat([header, file.subarray(44, 44 + 32_000)]);
    });
    const { width, vectors, truncated, failures } = encodeApart({
      place: join(folder, "clap"),
      options: { modality: "audio" },
      content: [long, long, beginning],
    });
    expect([width, truncated, failures]).toEqual([64, 2, []]);
    expect(vectors.slice(64, 128)).toEqual(vectors.slice(0, 64));
    expect(vectors.slice(128)).toEqual(vectors.slice(0, 64));
  });
});
