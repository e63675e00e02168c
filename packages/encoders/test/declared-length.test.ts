import { expect, it } from "vitest";
import { declaredSeconds } from "../src/sound/declared-length.ts";
import { mostSamples } from "../src/sound/extractor-limit.ts";
import { withoutOddChunks } from "../src/sound/riff.ts";
import { hearSound } from "../src/sound/samples.ts";

const ascii = (text: string): Buffer => Buffer.from(text, "latin1");

/** A WAV file of 16-bit samples at 8 kHz whose header declares `size` bytes of them. */
function wav(size: number, bytes: number, before: Uint8Array = Buffer.alloc(0)): Uint8Array {
  const [riff, data] = [Buffer.alloc(4), Buffer.alloc(4)];
  riff.writeUInt32LE(Math.min(36 + before.length + size, 0xffffffff));
  data.writeUInt32LE(size);
  const format = Buffer.from("0100 0100 401f0000 803e0000 0200 1000".replaceAll(" ", ""), "hex");
  const parts = [ascii("RIFF"), riff, ascii("WAVEfmt "), Buffer.of(16, 0, 0, 0), format, before];
  return Buffer.concat([...parts, ascii("data"), data, Buffer.alloc(bytes, 1)]);
}

const hex = (text: string, rest = 0): Buffer =>
  Buffer.concat([Buffer.from(text.replaceAll(" ", ""), "hex"), Buffer.alloc(rest)]);

/** STREAMINFO of 16 kHz, 1 channel, 16 bits, 128,000 samples. */
const flac = hex("664c6143 00000022 1000 1000 000000 000000 03e800f0 0001f400", 16);

/** The first frame of an MP3 at 44.1 kHz, stereo: 36 bytes, then the frame that LAME begins with, which counts 100 frames. */
const mp3 = Buffer.concat([hex("fffb9064", 32), ascii("Info"), hex("0000000f 00000064", 40)]);

/** The same at 22.05 kHz with one channel, behind a tag of 200 bytes. */
const tagged = Buffer.concat([
  hex("49443303000000000148", 200),
  hex("fff390c4", 9),
  ascii("Xing"),
  hex("00000001 00000064", 40),
]);

it("Headers of WAV, FLAC and MP3 declare a length; placeholders and other files do not", () => {
  expect(declaredSeconds(wav(16_000, 16_000))).toBe(1);
  expect(declaredSeconds(wav(16_000, 20))).toBe(1);
  expect(declaredSeconds(wav(16_000, 20, hex("4c495354 03000000 61626300")))).toBe(1);
  for (const placeholder of [0, 0x7fffffff, 0xffffffff])
    expect(declaredSeconds(wav(placeholder, 16_000))).toBeUndefined();
  expect(declaredSeconds(flac)).toBe(8);
  // Three frames may be padding.
  expect(declaredSeconds(mp3)).toBeCloseTo((97 * 1152) / 44_100, 9);
  expect(declaredSeconds(tagged)).toBeCloseTo((97 * 576) / 22_050, 9);
  for (const other of ["", "OggS", "no sound", "ID3", "<html><body>Not found</body></html>"])
    expect(declaredSeconds(ascii(other))).toBeUndefined();
});

it("No damaged header makes the reading of lengths fail", () => {
  for (const file of [wav(16_000, 16, hex("4c495354 03000000 61626300")), flac, mp3, tagged]) {
    for (let end = 0; end <= file.length; end++) {
      for (const value of [0, 0xff]) {
        const damaged = Uint8Array.from(file);
        if (end < file.length) damaged[end] = value;
        for (const one of [file.subarray(0, end), damaged]) {
          const seconds = declaredSeconds(one) ?? 1;
          expect(Number.isFinite(seconds) && seconds > 0).toBe(true);
          expect(withoutOddChunks(one).length).toBeLessThanOrEqual(one.length);
        }
      }
    }
  }
});

it("A sound that ends before what is taken of it is refused; what comes after the limit may be missing, and rounding", async () => {
  const hear = (bytes: number, limit: number) =>
    hearSound(async (file) => new Float32Array((file.length - 44) / 2), wav(16_000, bytes), 8000, limit);
  await expect(hear(8000, 8000)).rejects.toThrow(
    /^it ends after 0\.50 s, where its header declares 1\.00 s$/,
  );
  expect(await hear(8000, 4000)).toEqual({ samples: new Float32Array(4000), truncated: false });
  expect((await hear(15_900, 8000)).samples).toHaveLength(7950);
  expect(await hear(16_000, 7999)).toEqual({ samples: new Float32Array(7999), truncated: true });
});

it("Extractors take as many samples as their declarations say", () => {
  expect(mostSamples({ n_samples: 480_000 })).toBe(480_000);
  expect(mostSamples({ nb_max_samples: 480_000, max_length: 7 })).toBe(480_000);
  expect(mostSamples({ feature_extractor_type: "ASTFeatureExtractor", max_length: 1024 })).toBe(164_080);
  expect(mostSamples({ feature_extractor_type: "Wav2Vec2FeatureExtractor" })).toBe(Number.POSITIVE_INFINITY);
});
