import { expect, it } from "vitest";
import { arrayVectors } from "../src/bundle/index.ts";
import { loadVectors, type TfCore, type TfLayer, tableInitializer } from "../src/tfjs/index.ts";
import { expectFailure } from "./helpers.ts";
import { describeWithPeers, loadPeer } from "./node-peers.ts";
import { rowOf, someVectors } from "./vectors-helpers.ts";

interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Model {
  readonly layers: readonly TfLayer[];
  compile(options: object): void;
  fit(x: Tensor | Tensor[], y: Tensor, options: object): Promise<unknown>;
  predict(x: Tensor | Tensor[]): Tensor;
  toJSON(unused: unknown, returnString: boolean): object;
}
interface Core extends TfCore {
  setBackend(name: string): Promise<boolean>;
  memory(): { readonly numTensors: number };
  tensor1d(values: readonly number[], dtype: string): Tensor;
  tensor2d(values: Float32Array | number[], shape: [number, number], dtype?: string): Tensor;
  readonly train: { sgd(rate: number): object };
}
interface Layers {
  readonly layers: Record<
    "embedding" | "flatten" | "dot" | "dense",
    (options: object) => TfLayer & { apply(x: unknown): unknown }
  >;
  readonly initializers: { zeros(): object };
  readonly models: { modelFromJSON(topology: object): Promise<Model> };
  input(options: object): unknown;
  model(options: object): Model;
  sequential(): Model & { add(layer: unknown): void };
}

describeWithPeers(
  "TensorFlow.js",
  ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-cpu"],
  () => {
    const core = loadPeer<Core>("@tensorflow/tfjs-core");
    const layers = loadPeer<Layers>("@tensorflow/tfjs-layers");
    loadPeer("@tensorflow/tfjs-backend-cpu");

    /** A factorization of users and items by the inner product of two embeddings. */
    const factorization = (users: number, items: number, width: number): Model => {
      const embed = (name: string, inputDim: number) => {
        const input = layers.input({ shape: [1], dtype: "int32" });
        const rows = layers.layers.embedding({ name, inputDim, outputDim: width }).apply(input);
        return [input, layers.layers.flatten({}).apply(rows)] as const;
      };
      const [user, userRow] = embed("users", users);
      const [item, itemRow] = embed("items", items);
      const outputs = layers.layers.dot({ axes: 1 }).apply([userRow, itemRow]);
      return layers.model({ inputs: [user, item], outputs });
    };
    const layerOf = (model: Model, name: string): TfLayer =>
      model.layers.find((layer) => layer.name === name)!;
    const table = async (model: Model, name = "users"): Promise<Float32Array> =>
      Float32Array.from(await layerOf(model, name).getWeights()[0]!.data());
    const rms = (values: Float32Array): number =>
      Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const train = async (model: Model): Promise<void> => {
      model.compile({ optimizer: core.train.sgd(0.5), loss: "meanSquaredError" });
      const ones = Float32Array.from({ length: 4 }, () => 1);
      const pairs = [
        core.tensor2d([0, 1, 2, 3], [4, 1], "int32"),
        core.tensor2d([2, 1, 0, 1], [4, 1], "int32"),
      ];
      await model.fit(pairs, core.tensor2d(ones, [4, 1]), { epochs: 1, verbose: 0 });
    };

    it("puts each row into the embedding at the scale of the old values, and the model uses it", async () => {
      await core.setBackend("cpu");
      const model = factorization(5, 4, 3);
      const random = await table(model);
      const users = someVectors();
      const tensors = core.memory().numTensors;
      const placed = await loadVectors(core, { model, name: "users" }, users);
      expect(core.memory().numTensors).toBe(tensors);
      const values = await table(model);
      expect(rms(values)).toBeCloseTo(rms(random), 7);
      expect(placed).toMatchObject({ layer: "users", rows: 5, columns: 3 });
      expect(placed.before.rms).toBeCloseTo(rms(random), 7);
      expect(placed.factor).toBeCloseTo(rms(random) / rms(users.data), 5);
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(users.data[i]! * placed.factor, 7);
      });
      await loadVectors(core, layerOf(model, "items"), someVectors({ kind: "items", rows: 4 }), {
        scale: "bundle",
      });
      const items = await table(model, "items");
      expect(items).toEqual(someVectors({ rows: 4 }).data);
      const score = model.predict([core.tensor2d([3], [1, 1], "int32"), core.tensor2d([1], [1, 1], "int32")]);
      const byHand = [0, 1, 2].reduce((sum, i) => sum + values[9 + i]! * items[3 + i]!, 0);
      expect((await score.data())[0]).toBeCloseTo(byHand, 6);
    });

    it("gives vectors that train on, or stay as they are where the layer is frozen", async () => {
      const model = factorization(5, 4, 3);
      const placed = await loadVectors(core, { model, name: "users" }, someVectors());
      const frozen = await loadVectors(
        core,
        { model, name: "items" },
        someVectors({ kind: "items", rows: 4 }),
        {
          freeze: true,
        },
      );
      const before = await table(model);
      await train(model);
      const after = await table(model);
      // User 4 is in no pair; every other row moves.
      for (const row of [0, 1, 2, 3]) {
        expect(rowOf({ data: after, columns: 3 }, row)).not.toEqual(rowOf({ data: before, columns: 3 }, row));
      }
      expect(rowOf({ data: after, columns: 3 }, 4)).toEqual(rowOf({ data: before, columns: 3 }, 4));
      await frozen.verify();
      await expectFailure(() => placed.verify(), "mismatch", 'layer "users", row 0, column 0');
      // Compiled: what is trained is settled, and freezing would change nothing.
      const late = () => loadVectors(core, { model, name: "users" }, someVectors(), { freeze: true });
      await expectFailure(late, "invalid-option", "not compiled yet");
      expect(await table(model)).toEqual(after);
    });

    it("leaves padding rows as they are, and requires one where row 0 is masked", async () => {
      const model = layers.sequential();
      model.add(
        layers.layers.embedding({ name: "users", inputDim: 7, outputDim: 3, maskZero: true, inputLength: 1 }),
      );
      const random = await table(model);
      const target = { model, name: "users" };
      await expectFailure(
        () => loadVectors(core, target, someVectors({ rows: 7 })),
        "invalid-option",
        "masks row 0",
      );
      expect(await table(model)).toEqual(random);
      await loadVectors(core, target, someVectors(), { padding: 2, scale: "bundle" });
      const values = await table(model);
      expect(values.subarray(0, 6)).toEqual(random.subarray(0, 6));
      expect(values.subarray(6)).toEqual(someVectors().data);
    });

    it("refuses with the first difference, and then overwrites nothing", async () => {
      const model = factorization(5, 4, 3);
      const random = await table(model);
      const place = (vectors = someVectors(), options = {}) =>
        loadVectors(core, { model, name: "users" }, vectors, options);
      await expectFailure(
        () => place(someVectors({ columns: 4 })),
        "mismatch",
        "3 columns",
        "4 in the vectors",
      );
      await expectFailure(() => place(someVectors({ rows: 6 })), "mismatch", "5 users", "6 in the bundle");
      const ids = ["a", "b", "c", "d", "e"];
      await expectFailure(() => place(someVectors({ ids })), "mismatch", 'user ID "0"', '"a"', "user row 0");
      const swapped = ["a", "c", "b", "d", "e"];
      await expectFailure(
        () => place(someVectors({ ids: swapped }), { ids }),
        "mismatch",
        'user ID "b"',
        '"c"',
        "row 1",
      );
      const bad = someVectors();
      bad.data[7] = Number.NaN;
      await expectFailure(() => place(bad), "invalid-data", "NaN", "users, row 2, column 1");
      const zero = arrayVectors("users", { data: new Float32Array(15), rows: 5, columns: 3 });
      await expectFailure(
        () => loadVectors(core, { model, name: "users" }, zero),
        "invalid-data",
        "other than zero",
      );
      await expectFailure(() => place(someVectors(), { padding: 9 }), "invalid-option", "padding");
      await expectFailure(
        () => loadVectors(core, { model, name: "user" }, someVectors()),
        "invalid-option",
        "users, ",
        '"user"',
      );
      const flat = model.layers.find((layer) => layer.getClassName() === "Flatten")!;
      await expectFailure(
        () => loadVectors(core, flat, someVectors()),
        "invalid-option",
        "Embedding",
        "Flatten",
      );
      const unbuilt = layers.layers.embedding({ inputDim: 5, outputDim: 3 });
      await expectFailure(() => loadVectors(core, unbuilt, someVectors()), "invalid-option", "a built layer");
      expect(await table(model)).toEqual(random);
      await place(someVectors({ ids }), { ids });
    });

    it("initializes a layer that is not built yet, which then saves and trains as any other", async () => {
      const tf = { ...core, ...layers };
      const embeddingsInitializer = await tableInitializer(tf, someVectors(), { padding: 1, rms: 0.1 });
      const model = layers.sequential();
      const layer = { name: "users", inputDim: 6, outputDim: 3, inputLength: 1, embeddingsInitializer };
      model.add(layers.layers.embedding(layer));
      const values = await table(model);
      expect(rowOf({ data: values, columns: 3 }, 0)).toEqual([0, 0, 0]);
      const factor = 0.1 / rms(someVectors().data);
      values.subarray(3).forEach((value, i) => {
        expect(value).toBeCloseTo(someVectors().data[i]! * factor, 7);
      });
      // As saved and loaded: nothing of this package is named in it.
      const loaded = await layers.models.modelFromJSON(JSON.parse(JSON.stringify(model.toJSON(null, false))));
      expect(await table(loaded)).toEqual(new Float32Array(18));
      layerOf(loaded, "users").setWeights(layerOf(model, "users").getWeights());
      expect(await table(loaded)).toEqual(values);
      const wrong = () =>
        layers.sequential().add(layers.layers.embedding({ ...layer, name: "more", inputDim: 7 }));
      await expectFailure(wrong, "mismatch", "a layer of 6 x 3", "7 x 3", "inputDim 6");
      await expectFailure(() => tableInitializer(tf, someVectors(), { rms: 0 }), "invalid-option", "rms");
      await expectFailure(
        () => tableInitializer(tf, someVectors(), { padding: -1 }),
        "invalid-option",
        "padding",
      );
    });
  },
);
