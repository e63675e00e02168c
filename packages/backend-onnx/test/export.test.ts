import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fit, type Initializer } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { externalData, placeConstants } from "../src/export/external-data.ts";
import { type ExportOptions, exportInitializer, type HistoryForm } from "../src/export/index.ts";
import { encodeModel } from "../src/protobuf/encode.ts";
import { expectRefusal } from "./support/errors.ts";
import {
  exportCases,
  histories,
  type ModelInputs,
  modelInputs,
  trainedInitializer,
} from "./support/export-cases.ts";
import { goldenCases } from "./support/fixtures.ts";
import { type PeerRuntime, type PeerSession, peerFor } from "./support/peers.ts";
import { largestDifference } from "./support/tables.ts";

const forms: readonly HistoryForm[] = ["offsets", "padded"];
const cases = await exportCases();
const sample = cases[0]!.initializer;

describe("exportInitializer", () => {
  it.each([
    [{ form: "ragged" }, "form"],
    [{ form: "padded", opset: 17 }, "opset"],
    [{ form: "padded", opset: 18.5 }, "opset"],
    [{ form: "padded", externalData: "../tables" }, "externalData"],
  ])("refuses %j, naming the option", async (options, at) => {
    const error = await expectRefusal(
      () => exportInitializer(sample, options as ExportOptions),
      "invalid-option",
    );
    expect(error.at).toBe(at);
  });

  it("refuses a trained model without propagation, and initializers of another kind", async () => {
    const { items } = trainedInitializer();
    for (const other of [trainedInitializer(false), { items } as unknown as Initializer])
      await expectRefusal(() => exportInitializer(other, { form: "padded" }), "unavailable");
  });

  it("gives equal bytes for equal initializers", () => {
    const again = exportInitializer(sample, { form: "padded" }).model;
    expect(exportInitializer(sample, { form: "padded" }).model).toEqual(again);
  });

  it("leaves out item tables that no vector needs", () => {
    const size = (lambda: number): number =>
      exportInitializer(sample.withLambda(lambda), { form: "offsets" }).model.length;
    expect(size(0)).toBeLessThan(size(0.5) - 2 * sample.itemCount * sample.dim * 4 + 1000);
  });
});

describe("Tables beyond the size of a protobuf message", () => {
  // Never touched, so that the memory is only promised.
  const large = {
    name: "items",
    type: "float32",
    shape: [2 ** 23, 64],
    bytes: new Uint8Array(2 ** 31),
  } as const;
  const small = { name: "labels", type: "int64", shape: [1000], bytes: new Uint8Array(8000) } as const;
  const scalar = { name: "scalar", type: "float32", shape: [], bytes: new Uint8Array(4) } as const;
  const constants = [small, large, scalar];

  it("are written beside the model, each at a multiple of a page", () => {
    const placed = placeConstants(constants, undefined);
    expect(placed?.location).toBe("initializer.onnx.data");
    expect([...placed!.offsets]).toEqual([
      ["labels", 0],
      ["items", 8192],
    ]);
    const { parts } = externalData(constants, placed!);
    expect(parts.map(({ length }) => length)).toEqual([8000, 192, 2 ** 31, 0]);
    const graph = { inputs: [], outputs: [], nodes: [], constants };
    expect(encodeModel({ graph, opset: 18 }, placed).length).toBeLessThan(1000);
  });

  it("stay in the model where they fit", () => {
    expect(placeConstants([small, scalar], undefined)).toBeUndefined();
  });
});

const runtime = await peerFor("exported models in onnxruntime-node", "onnxruntime-node");
if (runtime !== undefined) {
  describe.each(forms)("a model that takes %s", (form) => {
    it.each(cases)("folds in as the initializer does: $title", async ({ initializer }) => {
      const session = await open(runtime, exportInitializer(initializer, { form }).model);
      const { vectors, used } = await session.place(modelInputs(form, histories));
      expect(vectors).toHaveLength(histories.length * initializer.dim);
      for (const [user, history] of histories.entries()) {
        const expected = initializer.foldIn(history, { unknownItems: "skip" });
        expect(used[user]).toBe(expected.used);
        const found = vectors.slice(user * initializer.dim, (user + 1) * initializer.dim);
        expect(largestDifference(found, expected.vector)).toBeLessThan(1e-5);
      }
      await session.release();
    });

    it.each([false, true])("folds in as a trained model does, weighted: %s", async (weighted) => {
      const trained = trainedInitializer();
      const session = await open(runtime, exportInitializer(trained, { form, weighted }).model);
      const weights = weighted ? histories.map((own) => own.map((_, at) => 1 + (at % 3))) : undefined;
      const { vectors, used } = await session.place(modelInputs(form, histories, weights));
      for (const [user, history] of histories.entries()) {
        const options = { unknownItems: "skip", weights: weights?.[user] } as const;
        const expected = trained.foldIn(history, options);
        expect(used[user]).toBe(expected.used);
        expect(largestDifference(vectors.slice(6 * user, 6 * user + 6), expected.vector)).toBeLessThan(1e-5);
      }
      await session.release();
    });

    it("takes one user, users without any items, and no users", async () => {
      const session = await open(runtime, exportInitializer(sample, { form }).model);
      for (const users of [[[3, 4]], [[], []], [[]], []]) {
        const { vectors, used } = await session.place(modelInputs(form, users));
        expect(used).toEqual(users.map((history) => history.length));
        expect(vectors).toHaveLength(users.length * sample.dim);
        const expected = users.flatMap((history) => [...sample.foldIn(history).vector]);
        expect(largestDifference(vectors, expected)).toBeLessThan(1e-5);
      }
      await session.release();
    });

    it("uses weights if told to, keeps the largest of repeated entries, and ignores those that are not above 0", async () => {
      const session = await open(runtime, exportInitializer(sample, { form, weighted: true }).model);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.tuple(fc.integer({ min: -2, max: 42 }), fc.constantFrom(-1, 0, 0.5, 1, 3)))),
          async (entries) => {
            const items = entries.map((history) => history.map(([item]) => item));
            const weights = entries.map((history) => history.map(([, weight]) => weight));
            const { vectors, used } = await session.place(modelInputs(form, items, weights));
            for (const [user, history] of entries.entries()) {
              const kept = history.filter(([, weight]) => weight > 0);
              const expected = sample.foldIn(
                kept.map(([item]) => item),
                { weights: kept.map(([, weight]) => weight), unknownItems: "skip" },
              );
              expect(used[user]).toBe(expected.used);
              const found = vectors.slice(user * sample.dim, (user + 1) * sample.dim);
              expect(largestDifference(found, expected.vector)).toBeLessThan(1e-5);
            }
          },
        ),
        { numRuns: 40 },
      );
      await session.release();
    });

    it.each([18, 19, 20, 21])("runs with opset %i", async (opset) => {
      const { initializer } = cases.find(({ title }) => title.includes("unit") && title.includes("0.3"))!;
      const session = await open(runtime, exportInitializer(initializer, { form, opset }).model);
      const { vectors } = await session.place(modelInputs(form, [[1, 2, 3]]));
      expect(largestDifference(vectors, initializer.foldIn([1, 2, 3]).vector)).toBeLessThan(1e-5);
      await session.release();
    });

    it("finds its tables in a file beside it", async () => {
      const { model, externalData } = exportInitializer(sample, { form, externalData: "tables.bin" });
      expect(externalData?.name).toBe("tables.bin");
      const folder = mkdtempSync(join(tmpdir(), "wellbegun-onnx-"));
      try {
        writeFileSync(join(folder, "users.onnx"), model);
        writeFileSync(join(folder, externalData!.name), Buffer.concat(externalData!.parts));
        const session = await open(runtime, join(folder, "users.onnx"));
        const { vectors } = await session.place(modelInputs(form, [[1, 2, 3], []]));
        const expected = [...sample.foldIn([1, 2, 3]).vector, ...sample.foldIn([]).vector];
        expect(largestDifference(vectors, expected)).toBeLessThan(1e-5);
        await session.release();
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("gives every user of a fit the row of the fit", async () => {
      for (const { input } of goldenCases()) {
        const { initializer, users } = await fit(input, { clusters: 2, lambda: 0.5, restarts: 1, dim: 4 });
        const session = await open(runtime, exportInitializer(initializer, { form }).model);
        const { vectors } = await session.place(modelInputs(form, historiesOf(input.train)));
        expect(largestDifference(vectors, users.data)).toBeLessThan(1e-5);
        expect(largestDifference(vectors, initializer.transform(input.train).data)).toBeLessThan(1e-5);
        await session.release();
      }
    });

    it("gives the user tables of the independent implementation", async () => {
      for (const { input, start, modalities, lambdas, table } of goldenCases()) {
        for (const normalization of ["sym", "mean"] as const) {
          for (const modality of modalities) {
            const { initializer } = await fit(input, {
              modalities: [modality],
              centroids: { [modality]: start[modality]! },
              ...{ normalization, tolerance: 0, prepare: "none", project: "none", scale: "none" },
            });
            for (const lambda of lambdas) {
              const { model } = exportInitializer(initializer.withLambda(lambda), { form });
              const session = await open(runtime, model);
              const { vectors } = await session.place(modelInputs(form, historiesOf(input.train)));
              const expected = table(`${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`).data;
              expect(largestDifference(vectors, expected)).toBeLessThan(1e-5);
              await session.release();
            }
          }
        }
      }
    });
  });
}

function historiesOf({ offsets, items }: Parameters<Initializer["transform"]>[0]): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, u) => [
    ...items.subarray(offsets[u]!, offsets[u + 1]!),
  ]);
}

/** A model that is loaded. */
interface Loaded {
  place(inputs: ModelInputs): Promise<{ readonly vectors: number[]; readonly used: number[] }>;
  release(): Promise<void>;
}

async function open(runtime: PeerRuntime, model: Uint8Array | string): Promise<Loaded> {
  const options = { executionProviders: ["cpu"], intraOpNumThreads: 2 };
  const session: PeerSession =
    typeof model === "string"
      ? await runtime.InferenceSession.create(model, options)
      : await runtime.InferenceSession.create(model, options);
  return {
    async place(inputs) {
      const feeds = Object.entries(inputs).map(([name, { values, shape }]) => {
        if (name === "weights") return [name, new runtime.Tensor(Float32Array.from(values), shape)];
        return [name, new runtime.Tensor(BigInt64Array.from(values, BigInt), shape)];
      });
      const { vectors, used } = await session.run(Object.fromEntries(feeds));
      return {
        vectors: [...(vectors!.data as Float32Array)],
        used: Array.from(used!.data as BigInt64Array, Number),
      };
    },
    release: () => session.release(),
  };
}
