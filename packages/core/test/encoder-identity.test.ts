import { expect, it } from "vitest";
import { type EncoderIdentity, encoderDifference } from "../src/index.ts";

const own: EncoderIdentity = {
  name: "a/one",
  revision: null,
  modality: "text",
  width: 384,
  preprocessing: { pooling: "mean", maxTokens: 512 },
  files: { "model.onnx": "12", "tokenizer.json": "34" },
  runtime: "x 1",
};

it("Files and preprocessing tell encoders apart, whatever the order of their keys; name, revision and runtime do not.", () => {
  const same = {
    ...own,
    name: "copy",
    revision: "1",
    runtime: "y 2",
    preprocessing: { maxTokens: 512, pooling: "mean" },
    files: { "tokenizer.json": "34", "model.onnx": "12" },
  };
  expect(encoderDifference(own, same)).toBeUndefined();
  expect(encoderDifference(own, { ...own, files: { ...own.files, "model.onnx": "13" } })).toMatch(/^files: /);
  expect(encoderDifference(own, { ...own, width: 385 })).toBe("width: 384, 385");
  expect(encoderDifference(own, { ...own, modality: "image" })).toMatch(/^modality: /);
  expect(encoderDifference(own, { ...own, preprocessing: { pooling: "cls" } })).toMatch(/^preprocessing: /);
});

it("Models whose files nobody could read are told apart by name and revision.", () => {
  const page = { ...own, files: {} };
  expect(encoderDifference(page, { ...page, runtime: "y 2" })).toBeUndefined();
  expect(encoderDifference(page, { ...page, name: "a/other" })).toBe(
    'model: ["a/one",null], ["a/other",null]',
  );
  expect(encoderDifference(page, { ...page, revision: "1" })).toBe('model: ["a/one",null], ["a/one","1"]');
  expect(encoderDifference(page, own)).toMatch(/^files: /);
});
