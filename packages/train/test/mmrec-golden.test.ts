import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cpu, interactionsFromArrays } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import type { Batch } from "../src/batch.ts";
import { bpr, freedom, lightgcn, type ModelDefinition, type TrainableModel, vbpr } from "../src/index.ts";
import { Parameters } from "../src/models/parameters.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, Scope, withScope } from "../src/operations/scope.ts";
import { Adam } from "../src/optimizer.ts";
import { largestDifference } from "./support/tables.ts";

const folder = fileURLToPath(new URL("../../../fixtures/golden-mmrec/", import.meta.url));

/** A run of MMRec's own model, recorded by fixtures/golden-mmrec/make.py. */
interface GoldenRun {
  model: string;
  users: number;
  items: number;
  dimensions: number;
  batch_size: number;
  learning_rate: number;
  settings: Record<string, number>;
  train: [users: number[], items: number[]];
  features: Record<string, number[][]>;
  batches: [users: number[], positives: number[], negatives: number[]][];
  losses: number[];
  initial: Record<string, number[][] | number[]>;
  gradient1: Record<string, number[][] | number[]>;
  after1: Record<string, number[][] | number[]>;
  after3: Record<string, number[][] | number[]>;
  scores: number[][];
}

const definitions: Record<string, (settings: GoldenRun["settings"]) => ModelDefinition> = {
  lightgcn: (settings) => lightgcn({ layers: settings.n_layers, regularization: settings.reg_weight }),
  bpr: (settings) => bpr({ regularization: settings.reg_weight }),
  vbpr: (settings) => vbpr({ regularization: settings.reg_weight, prepare: "none" }),
  freedom: (settings) =>
    freedom({
      layers: settings.n_ui_layers,
      itemLayers: settings.n_mm_layers,
      neighbors: settings.knn_k,
      regularization: settings.reg_weight,
      dropout: settings.dropout,
      weights: { image: settings.mm_image_weight!, text: 1 - settings.mm_image_weight! },
      prepare: "none",
    }),
};

it("There is a recorded run of each of MMRec's models", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  expect(files.map((file) => file.slice(0, -5)).sort()).toEqual(Object.keys(definitions).sort());
});

describe.each(Object.keys(definitions))("Model %s equals MMRec's", (name) => {
  const golden = JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as GoldenRun;
  const backend = cpu();
  const operations = trainingOperations(backend);
  const scope = new Scope(backend);

  async function build(): Promise<TrainableModel> {
    const [users, items] = golden.train;
    // MMRec's VBPR puts texts before images.
    const features = ["text", "image"].map((modality) => {
      const values = golden.features[modality]!;
      const table = {
        rows: values.length,
        columns: values[0]!.length,
        values: Float32Array.from(values.flat()),
      };
      return [modality, table] as const;
    });
    const model = await definitions[name]!(golden.settings).build({
      backend,
      operations,
      parameters: new Parameters(scope),
      scope,
      train: interactionsFromArrays({ users, items, userCount: golden.users, itemCount: golden.items }),
      features: Object.fromEntries(features),
      dimensions: golden.dimensions,
      batchSize: golden.batch_size,
      seed: 1,
    });
    expect(
      model.parameters
        .entries()
        .map(([parameter]) => parameter)
        .sort(),
    ).toEqual(Object.keys(golden.initial).sort());
    for (const [parameter, { value }] of model.parameters.entries()) {
      await backend.write(value, 0, value.rows, (into) => into.set(golden.initial[parameter]!.flat()));
    }
    return model;
  }

  async function expectParameters(
    model: TrainableModel,
    kind: "value" | "gradient",
    expected: GoldenRun["initial"],
    tolerance = 1e-6,
  ) {
    for (const [parameter, matrices] of model.parameters.entries()) {
      const found = await download(backend, matrices[kind]);
      // FREEDOM's biases cancel between an item and its negative: their gradient is rounding, which Adam follows, and no loss
      // or score depends on them.
      if (Math.max(...golden.gradient1[parameter]!.flat().map(Math.abs)) < 1e-15) {
        if (kind === "gradient") expect(Math.max(...found.map(Math.abs)), parameter).toBeLessThan(1e-8);
        continue;
      }
      const values = expected[parameter]!.flat();
      // Adam divides by the size of a gradient: where that is a rounding error of its terms, so is the step.
      const exact =
        kind === "value" ? found.map((value, at) => (cancels(parameter, at) ? values[at]! : value)) : found;
      expect(largestDifference(found, values), parameter).toBeLessThan(10 * tolerance);
      expect(largestDifference(exact, values), parameter).toBeLessThan(tolerance);
    }
  }

  /** Whether the first gradient of an entry is so small beside the others that its terms cancel: one entry of FREEDOM. */
  function cancels(parameter: string, at: number): boolean {
    const slopes = golden.gradient1[parameter]!.flat().map(Math.abs);
    return slopes[at]! > 0 && slopes[at]! < 1e-5 * Math.max(...slopes);
  }

  const batchOf = ([users, positives, negatives]: GoldenRun["batches"][number]): Batch => ({
    users: Uint32Array.from(users),
    positives: Uint32Array.from(positives),
    negatives: Uint32Array.from(negatives),
  });

  it("in every loss, gradient, step and score", async () => {
    const model = await build();
    const adam = await Adam.create(scope, operations, model.parameters);
    for (const [index, batch] of golden.batches.entries()) {
      await model.startEpoch?.(0);
      const terms = await model.gradients(batchOf(batch), 0);
      const loss = Object.values(terms).reduce((sum, term) => sum + term, 0);
      expect(Math.abs(loss / golden.losses[index]! - 1), `loss of step ${index + 1}`).toBeLessThan(1e-6);
      if (index === 0) await expectParameters(model, "gradient", golden.gradient1);
      await adam.step(golden.learning_rate);
      if (index === 0) await expectParameters(model, "value", golden.after1);
    }
    await expectParameters(model, "value", golden.after3);
    await withScope(backend, async (scope) => {
      const { users, items } = await model.tables(scope);
      const scores = await scope.create(users.rows, items.rows);
      await operations.multiplyTransposed(users, items, scores);
      expect(largestDifference(await download(backend, scores), golden.scores.flat())).toBeLessThan(1e-6);
    });
  });
});
