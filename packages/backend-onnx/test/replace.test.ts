import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceEmbedding } from "../src/replace/index.ts";
import { expectRefusal } from "./support/errors.ts";
import { modelOf, type TestNode, type TestTensor } from "./support/onnx-models.ts";
import { peerFor } from "./support/peers.ts";
import { rowOf, someVectors } from "./support/vectors.ts";

const gather: TestNode = { operator: "Gather", inputs: ["users", "rows"], output: "out" };
const random = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1, 1.1, -1.2, 1.3, -1.4, 1.5];
const users: TestTensor = { name: "users", dims: [5, 3], values: random };
const bias: TestTensor = { name: "bias", dims: [1, 3], values: [0, 0, 0] };
const model = modelOf([bias, users], [gather]);
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

const ort = await peerFor("Replaced embeddings, run by onnxruntime-node", "onnxruntime-node");
if (ort !== undefined) {
  describe("Replaced embeddings, run by onnxruntime-node", () => {
    const run = async (bytes: Uint8Array, rows: readonly number[]): Promise<ArrayLike<number | bigint>> => {
      const session = await ort.InferenceSession.create(bytes, { executionProviders: ["cpu"] });
      const input = new ort.Tensor(BigInt64Array.from(rows, BigInt), [rows.length]);
      const { out } = await session.run({ rows: input });
      return out!.data as ArrayLike<number | bigint>;
    };

    it("give the vectors' rows at the scale of the old values", async () => {
      const vectors = someVectors();
      const replaced = await replaceEmbedding(model, vectors);
      expect(replaced).toMatchObject({ name: "users", rows: 5, columns: 3, uses: ["Gather the out"] });
      expect(replaced.factor).toBeCloseTo(rms(random) / rms(vectors.data), 6);
      expect(replaced.before.rms).toBeCloseTo(rms(random), 6);
      const out = Array.from(await run(replaced.model, [3, 0]), Number);
      [...rowOf(vectors, 3), ...rowOf(vectors, 0)].forEach((value, i) => {
        expect(out[i]).toBeCloseTo(value * replaced.factor, 6);
      });
    });

    it.each(["raw", "packed", "unpacked"] as const)(
      "are written as a model that runs, from %s values",
      async (form) => {
        const bytes = modelOf([{ ...users, form }], [gather]);
        const { model: made, before } = await replaceEmbedding(bytes, someVectors(), { scale: "bundle" });
        expect(before.rms).toBeCloseTo(rms(random), 6);
        // In one form only: the values that were there, 60 bytes, are gone.
        expect(made.length).toBeLessThanOrEqual(bytes.length);
        expect(await run(made, [0, 1, 2, 3, 4])).toEqual(someVectors().data);
      },
    );

    it.each(["raw", "packed", "unpacked"] as const)("stay float64 where they were (%s)", async (form) => {
      const bytes = modelOf([{ ...users, form, type: 11 }], [gather], { outputType: 11 });
      const { model: made } = await replaceEmbedding(bytes, someVectors(), { scale: "bundle" });
      expect(await run(made, [0, 1, 2, 3, 4])).toEqual(Float64Array.from(someVectors().data));
    });

    it("keep padding rows, and are found by name where a tied layer uses the table too", async () => {
      const nodes: TestNode[] = [
        { operator: "Gather", inputs: ["users", "rows"], output: "u", axis: 0 },
        { operator: "Gather", inputs: ["items", "rows"], output: "i" },
        { operator: "Add", inputs: ["u", "i"], output: "sum" },
        { operator: "MatMul", inputs: ["sum", "square"], output: "out" },
      ];
      const square = { name: "square", dims: [3, 3], values: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
      const items = { name: "items", dims: [5, 3], values: random.map(() => 0) };
      const bytes = modelOf([square, users, items], nodes);
      const vectors = someVectors({ rows: 4 });
      const { model: made, uses } = await replaceEmbedding(bytes, vectors, {
        name: "users",
        padding: 1,
        scale: "bundle",
      });
      expect(uses).toEqual(["Gather the u"]);
      expect(await run(made, [0, 2])).toEqual(
        Float32Array.from([...random.slice(0, 3), ...rowOf(vectors, 1)]),
      );
      await expectRefusal(
        () => replaceEmbedding(bytes, vectors),
        "invalid-option",
        "users (5 x 3), items (5 x 3)",
      );
    });
  });
}

it("replaceEmbedding keeps every byte outside the tensor", async () => {
  const twice = await replaceEmbedding(
    (await replaceEmbedding(model, someVectors({ seed: 2 }))).model,
    someVectors(),
    {
      scale: "bundle",
    },
  );
  const once = await replaceEmbedding(model, someVectors(), { scale: "bundle" });
  expect(twice.model).toEqual(once.model);
  const same = { ...someVectors(), data: Float32Array.from(random) };
  const unchanged = await replaceEmbedding(
    model,
    { ...same, blocks: () => [same.data] },
    { scale: "bundle" },
  );
  // The values lie behind the name now, which is all that may differ.
  expect(unchanged.model.length).toBe(model.length);
  expect(Array.from(unchanged.model).sort()).toEqual(Array.from(model).sort());
  const tail = new TextDecoder().decode(once.model.subarray(-40));
  expect(tail).toContain("the test");
  expect(tail).toContain("kept");
});

it("replaceEmbedding refuses with the first difference", async () => {
  const replace =
    (bytes: Uint8Array, vectors = someVectors(), options = {}) =>
    () =>
      replaceEmbedding(bytes, vectors, options);
  await expectRefusal(
    replace(model, someVectors({ columns: 4 })),
    "mismatch",
    "3 columns",
    "4 in the vectors",
  );
  await expectRefusal(replace(model, someVectors({ rows: 4 })), "mismatch", "5 users", "4 in the bundle");
  const ids = ["a", "b", "c", "d", "e"];
  await expectRefusal(
    replace(model, someVectors({ ids }), { ids: [...ids].reverse() }),
    "mismatch",
    '"e"',
    '"a"',
  );
  await expectRefusal(
    replace(model, someVectors(), { name: "item" }),
    "invalid-option",
    "bias, users",
    '"item"',
  );
  const columns = modelOf([users], [{ ...gather, axis: 1 }]);
  await expectRefusal(replace(columns), "invalid-option", "a Gather takes rows from", "none");
  const external = modelOf([{ ...users, external: true }], [gather]);
  await expectRefusal(replace(external), "invalid-option", "external file", "save_as_external_data");
  const half = modelOf([{ ...users, type: 10 }], [gather]);
  await expectRefusal(replace(half, someVectors(), { name: "users" }), "invalid-option", "data type 10");
  const cut = modelOf([{ ...users, values: random.slice(1) }], [gather]);
  await expectRefusal(replace(cut), "format", "5 x 3 values", "14");
  const line = modelOf([{ ...users, dims: [15] }], [gather]);
  await expectRefusal(replace(line, someVectors(), { name: "users" }), "invalid-option", "dims 15");
  const negative = modelOf([{ ...users, dims: [-5, -3] }], [gather]);
  await expectRefusal(replace(negative, someVectors(), { name: "users" }), "invalid-option", "dims -5 x -3");
  await expectRefusal(replace(new Uint8Array(0)), "format", "no graph");
});

it("replaceEmbedding refuses bytes that are not a model with a typed error, whatever they are", async () => {
  const outcome = async (bytes: Uint8Array): Promise<string> => {
    try {
      await replaceEmbedding(bytes, someVectors(), { scale: "bundle" });
      return "replaced";
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  const allowed = ["format", "invalid-option", "mismatch", "replaced"];
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      expect(allowed).toContain(await outcome(bytes));
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(model.length - 1), fc.nat(255), async (at, byte) => {
      const damaged = model.slice();
      damaged[at] = byte;
      expect(allowed).toContain(await outcome(damaged));
      expect(allowed).toContain(await outcome(model.subarray(0, at)));
    }),
  );
});
