import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { describeWithModels, encodeApart, newFolder, rowCosines } from "./support/models.ts";
import {
  declared,
  exportPairModels,
  type PairModels,
  shared,
  soundFolder,
  texts,
  waveWidth,
} from "./support/pair-models.ts";
import { torchPython } from "./support/torch.ts";

const files = (paths: readonly string[]) => paths.map((file) => ({ file }));

/** The largest cosine with the vector of another row: how near a wrong assignment would come. */
function cosineWithNext(found: readonly number[], expected: readonly number[], width: number): number {
  const next = [...expected.slice(width), ...expected.slice(0, width)];
  return Math.max(...rowCosines(found, next, width));
}

describeWithModels("Pairs and sound, exported from PyTorch with seeded weights", () => {
  const python = torchPython("pairs and sound");
  if (python === undefined) return;
  let models: PairModels;
  beforeAll(() => {
    models = exportPairModels(python);
  });

  it("the text half of a CLIP-like pair gives PyTorch's vectors, and cuts texts at 77 tokens", () => {
    const options = { modality: "text", offline: true, dtype: "fp32" } as const;
    const found = encodeApart({ place: models.folder, options, content: texts });
    expect([found.width, found.truncated]).toEqual([shared, 1]);
    expect(Math.min(...rowCosines(found.vectors, models.vectors.text, shared))).toBeGreaterThan(0.99999);
    expect(cosineWithNext(found.vectors, models.vectors.text, shared)).toBeLessThan(0.99);
  });

  it("the image half gives PyTorch's vectors in the same width, through transformers.js and as a declared model", () => {
    const options = { modality: "image", offline: true, dtype: "fp32" } as const;
    const places = [
      [models.folder, options, 0.99],
      [declared(models, "image"), { modality: "image" }, 0.999],
    ] as const;
    for (const [place, how, least] of places) {
      const found = encodeApart({ place, options: how, content: files(models.images) });
      expect(found.width).toBe(shared);
      const cosines = rowCosines(found.vectors, models.vectors.image, shared);
      expect(Math.min(...cosines)).toBeGreaterThan(least);
      // The second image needs no resizing.
      expect(cosines[1]).toBeGreaterThan(0.99999);
      expect(cosineWithNext(found.vectors, models.vectors.image, shared)).toBeLessThan(0.98);
    }
  });

  it("sound through a log-mel spectrogram gives PyTorch's vectors, as half of a pair and as a declared model", () => {
    const broken = join(newFolder(), "broken.wav");
    writeFileSync(broken, "no sound");
    for (const [place, options] of [
      [soundFolder(models), { modality: "audio", offline: true, dtype: "fp32" }],
      [declared(models, "sound"), { modality: "audio" }],
    ] as const) {
      const found = encodeApart({ place, options, content: files([...models.sounds, broken]) });
      expect(found.width).toBe(shared);
      expect(found.failures.map(({ row }) => row)).toEqual([models.sounds.length]);
      const cosines = rowCosines(found.vectors.slice(0, -shared), models.vectors.sound, shared);
      expect(Math.min(...cosines)).toBeGreaterThan(0.999);
      expect(cosineWithNext(found.vectors.slice(0, -shared), models.vectors.sound, shared)).toBeLessThan(
        0.999,
      );
    }
  });

  it("sound as samples gives PyTorch's vectors, and a sound that is too long is cut and counted", () => {
    const found = encodeApart({
      place: declared(models, "wave"),
      options: { modality: "audio" },
      content: files(models.sounds),
    });
    expect([found.width, found.truncated]).toEqual([waveWidth, 1]);
    expect(Math.min(...rowCosines(found.vectors, models.vectors.wave, waveWidth))).toBeGreaterThan(0.99999);
    expect(cosineWithNext(found.vectors, models.vectors.wave, waveWidth)).toBeLessThan(0.99999);
  });
});
