import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { describeWithModels, encodeApart, modelFile, newFolder, rowCosines } from "./support/models.ts";
import { png, writePng } from "./support/png.ts";
import { torchPython } from "./support/torch.ts";

const spec = {
  name: "EfficientNet-Lite0",
  modality: "image",
  size: [224, 224],
  shortSide: 256,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};
const width = 1280;
const program = fileURLToPath(new URL("support/image-model.py", import.meta.url));

describeWithModels("EfficientNet-Lite0, exported from PyTorch", () => {
  const python = torchPython("EfficientNet-Lite0");
  if (python === undefined) return;
  let place: string;
  let images: readonly string[];
  let expected: readonly number[];

  beforeAll(() => {
    place = newFolder();
    const { status, stdout, stderr } = spawnSync(python, [program, modelFile(""), place], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr);
    ({ images, features: expected } = JSON.parse(stdout));
    writeFileSync(join(place, "encoder.json"), JSON.stringify(spec));
  });

  it("gives PyTorch's features of image files, decoding and resizing included", () => {
    const content = images.map((file) => ({ file }));
    const found = encodeApart({ place, options: { modality: "image" }, content });
    const cosines = rowCosines(found.vectors, expected, width);
    expect(found.width).toBe(width);
    expect(cosines).toHaveLength(6);
    // The last image is smaller than the network's input, and is enlarged.
    expect(Math.min(...cosines)).toBeGreaterThan(0.999);
    // The third image needs no resizing.
    expect(cosines[2]).toBeGreaterThan(0.999999);
    // Other images are told apart: the test above could fail.
    const shifted = [...expected.slice(width), ...expected.slice(0, width)];
    expect(Math.max(...rowCosines(found.vectors, shifted, width))).toBeLessThan(0.99);
  });

  it("takes lines one pixel wide, of which it enlarges no more than the model sees", () => {
    const folder = newFolder();
    const sizes = [
      [300, 300],
      [1, 3000],
      [3000, 1],
    ] as const;
    const content = sizes.map(([w, h]) => {
      return { file: writePng(join(folder, `${w}x${h}.png`), w, h, [200, 30, 90]) };
    });
    const { vectors, failures } = encodeApart({ place, options: { modality: "image" }, content });
    expect(failures).toEqual([]);
    const square = vectors.slice(0, width);
    expect(Math.min(...rowCosines(vectors, [...square, ...square, ...square], width))).toBeGreaterThan(
      0.99999,
    );
  });

  it("drops transparency before it resizes, as Pillow does: what is not opaque keeps its color", () => {
    const folder = newFolder();
    const size = [300, 260] as const;
    const content = (
      [
        [250, 240, 230],
        [250, 240, 230, 0],
        [250, 240, 230, 90],
      ] as const
    ).map((color, i) => {
      return { file: writePng(join(folder, `${i}.png`), ...size, color) };
    });
    const { vectors } = encodeApart({ place, options: { modality: "image" }, content });
    const plain = vectors.slice(0, width);
    expect(Math.min(...rowCosines(vectors, [...plain, ...plain, ...plain], width))).toBeGreaterThan(0.99999);
  });

  it("lists an image with more pixels than are decoded by its size, which its header tells", () => {
    const file = join(newFolder(), "wide.png");
    writeFileSync(file, png(20_000, 20_000, [0, 0, 0], 1));
    const { failures } = encodeApart({ place, options: { modality: "image" }, content: [{ file }] });
    expect(failures).toEqual([
      { row: 0, reason: "not a readable image: 20000 x 20000 pixels, more than 268,402,689" },
    ]);
  });

  it("lists files that are no images, with zeros in their rows and the other rows unchanged", () => {
    const cut = join(newFolder(), "cut.png");
    writeFileSync(cut, readFileSync(images[1]!).subarray(0, 2000));
    const content = [{ file: images[0]! }, { file: program }, { file: cut }, { file: images[2]! }];
    const found = encodeApart({ place, options: { modality: "image" }, content });
    expect(found.failures.map(({ row }) => row)).toEqual([1, 2]);
    expect(found.failures.map(({ reason }) => reason)).toEqual([
      "not a readable image: no format that is known",
      "not a readable image: a damaged png file",
    ]);
    expect(found.vectors.slice(width, 3 * width).every((value) => value === 0)).toBe(true);
    const good = [...found.vectors.slice(0, width), ...found.vectors.slice(3 * width)];
    const wanted = [...expected.slice(0, width), ...expected.slice(2 * width, 3 * width)];
    expect(Math.min(...rowCosines(good, wanted, width))).toBeGreaterThan(0.999);
  });

  it("gives PyTorch's features through transformers.js, up to that library's resizing", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "onnx"));
    cpSync(join(place, "model.onnx"), join(folder, "onnx", "model.onnx"));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "vit" }));
    const processor = {
      image_processor_type: "ViTImageProcessor",
      do_resize: true,
      size: { shortest_edge: 256 },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: 224, width: 224 },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: spec.mean,
      image_std: spec.deviation,
    };
    writeFileSync(join(folder, "preprocessor_config.json"), JSON.stringify(processor));
    const options = { modality: "image", offline: true, dtype: "fp32" } as const;
    const found = encodeApart({
      place: folder,
      options,
      content: [...images.map((file) => ({ file })), { file: program }],
    });
    expect(found.failures.map(({ row }) => row)).toEqual([6]);
    const cosines = rowCosines(found.vectors.slice(0, 6 * width), expected, width);
    expect(Math.min(...cosines)).toBeGreaterThan(0.97);
    expect(cosines[2]).toBeGreaterThan(0.999999);
  });
});
