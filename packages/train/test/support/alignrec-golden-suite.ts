import type { Backend } from "@wellbegun/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AlignRec } from "../../src/models/alignrec/alignrec.ts";
import {
  type AlignRecTermWeights,
  resolveAlignRecOptions,
  termWeights,
} from "../../src/models/alignrec/options.ts";
import { Parameters } from "../../src/models/parameters.ts";
import { trainingOperations } from "../../src/operations/host-training.ts";
import { download, Scope, withScope } from "../../src/operations/scope.ts";
import { Adam } from "../../src/optimizer.ts";
import { type GoldenCase, type GoldenStep, goldenCases } from "./golden.ts";
import { largestDifference } from "./tables.ts";

/** How a backend is opened, and the largest difference it may have, of the largest entry of each array. */
export interface GoldenBackend {
  readonly name: string;
  readonly open: () => Promise<Backend>;
  readonly tolerance: number;
  /** Arrays with another tolerance, by name. */
  readonly exceptions?: Readonly<Record<string, number>>;
}

function optionsOf({ settings }: GoldenCase) {
  return resolveAlignRecOptions({
    layers: settings.n_ui_layers,
    itemLayers: settings.n_layers,
    neighbors: settings.knn_k,
    regularization: settings.reg_weight,
    contrast: settings.cl_loss,
    userItem: settings.ui_cosine_loss ? settings.ui_cosine_loss_weight : 0,
    similarity: settings.sim_weight,
    sideDivisor: settings.side_emb_div,
    layerNorm: settings.use_ln,
    warmUpEpochs: settings.warm_up ? 10 : 0,
    prepare: "none",
  });
}

/** What each term of the golden files is here: the weight that stays when all others are 0. */
const termNames: [golden: keyof GoldenStep, weight: keyof AlignRecTermWeights][] = [
  ["bpr", "bpr"],
  ["emb", "squares"],
  ["uia", "userItem"],
  ["cca_items", "contrastItems"],
  ["cca_users", "contrastUsers"],
  ["sim", "similarity"],
];

/** Compares AlignRec with the golden cases: every table, term, gradient and step. */
export function describeAlignRec({ name, open, tolerance, exceptions = {} }: GoldenBackend): void {
  describe(`AlignRec on the ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(async () => {
      await backend.dispose();
    });

    describe.each(goldenCases())("in golden case $name", (golden) => {
      const options = optionsOf(golden);
      let scope: Scope;
      beforeEach(() => {
        scope = new Scope(backend);
      });
      afterEach(() => scope.dispose());

      async function build(): Promise<AlignRec> {
        const { values, rows, columns } = golden.array("fused_feat");
        const model = await AlignRec.build(
          {
            backend,
            operations: trainingOperations(backend),
            parameters: new Parameters(scope),
            scope,
            train: golden.splits.train,
            features: { fused: { rows, columns, values: Float32Array.from(values) } },
            dimensions: golden.dimensions,
            batchSize: golden.settings.batch_size,
            seed: 1,
          },
          options,
        );
        for (const [name, { value }] of model.parameters.entries()) {
          const start = golden.array(`initial.${name}`).values;
          await backend.write(value, 0, value.rows, (into) => into.set(start));
        }
        return model;
      }

      async function expectParameters(model: AlignRec, kind: "value" | "gradient", prefix: string) {
        for (const [name, parameter] of model.parameters.entries()) {
          const found = await download(backend, parameter[kind]);
          const expected = golden.array(`${prefix}.${name}`).values;
          const array = `${prefix}.${name}`;
          expect(largestDifference(found, expected), array).toBeLessThan(exceptions[array] ?? tolerance);
        }
      }

      it("has the parameters of the original, by name", async () => {
        const model = await build();
        const names = golden.arrays.filter((name) => name.startsWith("initial."));
        expect(
          model.parameters
            .entries()
            .map(([name]) => `initial.${name}`)
            .sort(),
        ).toEqual(names.sort());
      });

      it("builds the item graph with the original's rules", async () => {
        const model = await build();
        const { graph, transposed } = model.itemGraph;
        const columns = golden.array("knn_columns");
        const weights = golden.array("knn_weights").values;
        const k = columns.columns;
        const dense = (
          row: (e: number) => number,
          column: (e: number) => number,
          value: (e: number) => number,
        ) => {
          const table = new Float64Array(golden.items * golden.items);
          for (let e = 0; e < golden.items * k; e++) table[row(e) * golden.items + column(e)]! += value(e);
          return table;
        };
        const expected = dense(
          (e) => Math.floor(e / k),
          (e) => columns.values[e]!,
          (e) => weights[e]!,
        );
        expect(largestDifference(await denseOf(graph), expected)).toBeLessThan(tolerance);
        const turned = expected.map(
          (_, at) => expected[(at % golden.items) * golden.items + Math.floor(at / golden.items)]!,
        );
        expect(largestDifference(await denseOf(transposed), turned)).toBeLessThan(tolerance);
      });

      async function denseOf(graph: AlignRec["itemGraph"]["graph"]): Promise<Float32Array> {
        return await withScope(backend, async (scope) => {
          const identity = new Float32Array(golden.items ** 2);
          for (let item = 0; item < golden.items; item++) identity[item * golden.items + item] = 1;
          const out = await scope.create(golden.items, golden.items);
          await backend.multiplySparse(graph, await scope.upload(identity, golden.items, golden.items), out);
          return await download(backend, out);
        });
      }

      it("computes every table of the forward pass", async () => {
        const model = await build();
        await withScope(backend, async (scope) => {
          const { m, g, z0, z, c, h } = await model.forward(scope);
          const tables = {
            M: m,
            G: g,
            Z0: z0,
            ZU: z.users,
            ZI: z.items,
            CU: c.users,
            CI: c.items,
            HU: h.users,
            HI: h.items,
          };
          expect(
            Object.keys(tables)
              .map((name) => `forward.${name}`)
              .sort(),
          ).toEqual(golden.arrays.filter((name) => name.startsWith("forward.")).sort());
          for (const [name, table] of Object.entries(tables)) {
            const found = await download(backend, table);
            expect(largestDifference(found, golden.array(`forward.${name}`).values), name).toBeLessThan(
              tolerance,
            );
          }
        });
      });

      it.each(termNames)("computes the term %s and its gradient by every parameter", async (name, weight) => {
        const model = await build();
        // Where BPR and UIA are left out to warm up, their golden gradients are 0.
        const all = termWeights(options, golden.settings.batch_size, 0);
        const only = { ...zeros, [weight]: all[weight] };
        const terms = await model.weightedGradients(golden.batch(1), only);
        const found = Object.values(terms).reduce((sum, term) => sum + term, 0);
        // The golden terms hold the weights of emb and uia, and not those of the others.
        const expected = golden.steps[0]![name] * (name === "emb" || name === "uia" ? 1 : all[weight]);
        if (all[weight] > 0) expect(Math.abs(found / expected - 1)).toBeLessThan(tolerance);
        else expect(found).toBe(0);
        await expectParameters(model, "gradient", `gradient1.${name}`);
      });

      it("takes the recorded steps, with their losses, gradients, and parameters after 1 and 5", async () => {
        const model = await build();
        const adam = await Adam.create(scope, trainingOperations(backend), model.parameters);
        for (const [index, step] of golden.steps.entries()) {
          const terms = await model.gradients(golden.batch(index + 1), step.epoch);
          const total = Object.values(terms).reduce((sum, term) => sum + term, 0);
          expect(Math.abs(total / step.total - 1), `loss of step ${index + 1}`).toBeLessThan(tolerance);
          if (index === 0) await expectParameters(model, "gradient", "gradient1.total");
          if (index === 4) await expectParameters(model, "gradient", "gradient5.total");
          await adam.step(step.rate);
          if (index === 0) await expectParameters(model, "value", "after1");
        }
        await expectParameters(model, "value", "after5");
        await withScope(backend, async (scope) => {
          const { users, items } = await model.tables(scope);
          const scores = await scope.create(users.rows, items.rows);
          await trainingOperations(backend).multiplyTransposed(users, items, scores);
          const expected = golden.array("scores").values;
          expect(largestDifference(await download(backend, scores), expected)).toBeLessThan(tolerance);
        });
      });
    });
  });
}

const zeros: AlignRecTermWeights = {
  bpr: 0,
  squares: 0,
  userItem: 0,
  contrastItems: 0,
  contrastUsers: 0,
  similarity: 0,
};
