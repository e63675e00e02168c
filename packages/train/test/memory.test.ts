import { denseFeatures } from "@wellbegun/core";
import { expect, it } from "vitest";
import { alignrec, lightgcn, trainingMemory, vbpr } from "../src/index.ts";
import { smallData } from "./support/dataset.ts";

const { train } = smallData();
const featuresOf = (columns: number) => ({
  image: denseFeatures(new Float32Array(train.itemCount * columns).fill(1), train.itemCount, columns),
});

it("The estimate of memory counts at least value, gradient and two moments of all embeddings, and grows with them", () => {
  const at = (dimensions: number) =>
    trainingMemory({ train, features: {} }, { model: lightgcn(), dimensions, batchSize: 1 });
  const embeddings = (train.userCount + train.itemCount) * 64;
  expect(at(64)).toBeGreaterThan(4 * 4 * embeddings);
  expect(at(128) - at(64)).toBeGreaterThan(0.9 * at(64));
});

it("The estimate of memory counts features for models that read them alone, and a checkpoint where one is written", () => {
  const bytes = (columns: number, options: Parameters<typeof trainingMemory>[1]) =>
    trainingMemory({ train, features: featuresOf(columns) }, options);
  expect(bytes(500, { model: lightgcn() })).toBe(bytes(5, { model: lightgcn() }));
  for (const model of [alignrec({ neighbors: 4 }), vbpr()]) {
    expect(bytes(500, { model }) - bytes(5, { model })).toBeGreaterThan(4 * 495 * train.itemCount);
    const checkpoint = { write: () => undefined };
    expect(bytes(5, { model, checkpoint })).toBeGreaterThan(bytes(5, { model }));
  }
});
