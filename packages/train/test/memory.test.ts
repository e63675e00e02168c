import { denseFeatures } from "@wellbegun/core";
import { expect, it } from "vitest";
import { compactBatch } from "../src/batch.ts";
import { graphPart } from "../src/graphs/graph-part.ts";
import { userItemGraph } from "../src/graphs/user-item.ts";
import { alignrec, lightgcn, pretrainingMemory, trainingMemory, vbpr } from "../src/index.ts";
import { partEntries } from "../src/memory.ts";
import { Sampler } from "../src/sampler.ts";
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

it("The estimate of memory counts at least the part of the graph that any batch takes, and not far more", () => {
  const large = smallData(400, 300).train;
  const graph = userItemGraph(large);
  for (const batchSize of [4, 64, 2048]) {
    const counted = partEntries(large, batchSize);
    let most = 0;
    const sampler = new Sampler(large, batchSize, 7);
    for (const batch of sampler.epoch(0)) {
      const { toUsers, toItems } = graphPart(graph, compactBatch(batch).rows);
      // A gradient takes the transpose of a part that is smaller than half of the graph.
      for (const own of [toUsers.indices.length, toItems.indices.length])
        expect(own).toBeLessThanOrEqual(large.items.length);
      const bytesOf = (own: number): number => own + (2 * own < large.items.length ? own : 0);
      // On the host and on the backend.
      most = Math.max(most, 2 * (bytesOf(toUsers.indices.length) + bytesOf(toItems.indices.length)));
    }
    expect(counted).toBeGreaterThanOrEqual(most);
    expect(counted).toBeLessThan(4 * most);
  }
});

it("The estimate of pretraining counts the features three times, the maps, and a batch, and nothing that no option changes", () => {
  const features = (columns: number, rows = 1000) => ({
    image: { rows, columns },
    text: { rows, columns: 8 },
  });
  const bytes = pretrainingMemory(features(64));
  expect(pretrainingMemory(features(128)) - bytes).toBeGreaterThan(4 * 3 * 64 * 1000);
  expect(pretrainingMemory(features(64, 2000)) - bytes).toBeGreaterThan(4 * 3 * 72 * 1000);
  expect(pretrainingMemory(features(64), { dimensions: 128 }) - bytes).toBeGreaterThan(4 * 8 * 72 * 64);
  expect(pretrainingMemory(features(64), { batchSize: 512 })).toBeGreaterThan(bytes);
  // A batch has at most all items.
  expect(pretrainingMemory(features(64, 100), { batchSize: 4096 })).toBe(
    pretrainingMemory(features(64, 100), { batchSize: 100 }),
  );
});
