import { isWellbegunError } from "@wellbegun/core";
import { expect, it } from "vitest";
import { onnxEncoder, parseSpec, specFiles } from "../src/index.ts";
import { poolRows } from "../src/pool.ts";
import { groupByLength, tokensOf } from "../src/text/tokens.ts";

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isWellbegunError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing thrown";
};

it("A declaration is refused by the key at fault: unknown, missing, or of another type.", () => {
  const cases: readonly [unknown, string][] = [
    [[], "an object"],
    [{ name: "x" }, "key modality"],
    [{ name: "x", modality: "video" }, "key modality"],
    [{ modality: "text" }, "key name"],
    [{ name: "x", modality: "text", maxToken: 5 }, "maxToken"],
    [{ name: "x", modality: "text", maxTokens: 0 }, "key maxTokens"],
    [{ name: "x", modality: "image" }, "key size"],
    [{ name: "x", modality: "image", size: [224, 224], mean: [0, 0] }, "key mean"],
    [{ name: "x", modality: "audio", sampleRate: "16k" }, "key sampleRate"],
  ];
  for (const [value, found] of cases) {
    const message = messageOf(() => parseSpec(value, "encoder.json"));
    expect(message).toMatch(/^format: /);
    expect(message).toContain(found);
  }
});

it("A declaration names its files, and a missing one is an error before anything is loaded.", async () => {
  const spec = parseSpec({ name: "x", modality: "text", model: "net.onnx" }, "encoder.json");
  expect(specFiles(spec)).toEqual(["net.onnx", "tokenizer.json"]);
  await expect(onnxEncoder(spec, { "net.onnx": new Uint8Array(1) })).rejects.toThrow(
    "the file tokenizer.json",
  );
});

it("A text that is too long keeps its special tokens and loses its last own ones.", () => {
  // Words are their lengths; 101 begins and 102 ends a text, as in BERT.
  const tokenizer = {
    encode: (text: string, options?: { readonly add_special_tokens?: boolean }) => {
      const own = text.split(" ").map((word) => word.length);
      return { ids: options?.add_special_tokens === false ? own : [101, ...own, 102] };
    },
  };
  expect(tokensOf(tokenizer, "a bb ccc", 5)).toEqual({ ids: [101, 1, 2, 3, 102], truncated: false });
  expect(tokensOf(tokenizer, "a bb ccc", 4)).toEqual({ ids: [101, 1, 2, 102], truncated: true });
});

it.each([
  [undefined, 512],
  ["cpu", 512],
  ["webgpu", 4096],
])(
  "Groups of texts hold every row once, of falling length, within the bound on tokens (device %s).",
  (device, most) => {
    const lengths = Array.from({ length: 300 }, (_, i) => 1 + ((i * 7919) % 500));
    const groups = groupByLength(lengths, device);
    expect(groups.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
    for (const group of groups)
      expect(group.length * Math.max(...group.map((row) => lengths[row]!))).toBeLessThanOrEqual(most);
    expect(groups.length).toBeLessThan((2 * lengths.reduce((sum, length) => sum + length)) / most + 2);
    const order = groups.flat().map((row) => lengths[row]!);
    expect(order).toEqual([...order].sort((a, b) => b - a));
  },
);

it("Pooling leaves padding out, takes the first position for cls, and averages over the pixels of images.", () => {
  const positions = { data: Float32Array.of(1, 2, 3, 4, 90, 90, 5, 6, 7, 8, 9, 10), dims: [2, 3, 2] };
  const label = "model.onnx";
  const options = { normalize: false, lengths: [2, 3], label } as const;
  expect([...poolRows(positions, 2, { ...options, pooling: "mean" })]).toEqual([2, 3, 7, 8]);
  expect([...poolRows(positions, 2, { ...options, pooling: "cls" })]).toEqual([1, 2, 5, 6]);
  const image = { data: Float32Array.of(1, 2, 3, 4, 10, 10, 10, 20), dims: [1, 2, 2, 2] };
  expect([...poolRows(image, 1, { normalize: false, pooling: "mean", label })]).toEqual([2.5, 12.5]);
  const vectors = { data: Float32Array.of(3, 4, 0, 0), dims: [2, 2] };
  expect([...poolRows(vectors, 2, { normalize: true, pooling: "mean", label })]).toEqual([
    Math.fround(0.6),
    Math.fround(0.8),
    0,
    0,
  ]);
});
