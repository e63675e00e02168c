import { createHash } from "node:crypto";
import {
  type Backend,
  cpu,
  denseFeatures,
  type EncoderIdentity,
  encoderDifference,
  type FeatureSource,
  IdIndex,
  wasm,
} from "@wellbegun/core";
import { checkedBackend, portableDevice } from "@wellbegun/core/backend";
import { createRandom, symmetricEigen } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { alignrec, type PretrainOptions, pretrain, readPretrainedSpace, train } from "../src/index.ts";
import { Parameters } from "../src/models/parameters.ts";
import { trainingOperations } from "../src/operations/host-training.ts";
import { download, withScope } from "../src/operations/scope.ts";
import { resolvePretrainOptions } from "../src/pretrain/pretrain-options.ts";
import { UnifiedModel } from "../src/pretrain/unified-model.ts";
import { drawViews } from "../src/pretrain/views.ts";
import { smallData } from "./support/dataset.ts";
import { unifiedLoss } from "./support/unified-loss.ts";

const shape = { image: 7, text: 5, audio: 4 };

/** Rows that share `latents` hidden values between modalities, with noise. */
function planted(
  items: number,
  widths: Readonly<Record<string, number>>,
  { latents = 3, noise = 0.3, missing = {} as Record<string, readonly number[]>, seed = 5 } = {},
): Record<string, FeatureSource> {
  const random = createRandom(seed, "planted");
  const latent = Float64Array.from({ length: items * latents }, () => random.normal());
  return Object.fromEntries(
    Object.entries(widths).map(([name, width]) => {
      const mix = Float64Array.from({ length: latents * width }, () => random.normal());
      const values = new Float32Array(items * width);
      for (let row = 0; row < items; row++) {
        for (let c = 0; c < width; c++) {
          let sum = noise * random.normal() + 2;
          for (let k = 0; k < latents; k++) sum += latent[row * latents + k]! * mix[k * width + c]!;
          values[row * width + c] = sum;
        }
      }
      const mask = new Uint8Array(items);
      for (const row of missing[name] ?? []) {
        mask[row] = 1;
        values.fill(Number.NaN, row * width, (row + 1) * width);
      }
      return [name, denseFeatures(values, items, width, { missing: mask })];
    }),
  );
}

async function valuesOf({ rows, columns, read }: FeatureSource): Promise<Float32Array> {
  const values = new Float32Array(rows * columns);
  await read(0, rows, values);
  return values;
}

const quick: PretrainOptions = { dimensions: 6, epochs: 12, batchSize: 16, learningRate: 0.01 };

describe("The loss of pretrain and its gradients", () => {
  const cases: [name: string, widths: Record<string, number>, missing: Record<string, readonly number[]>][] =
    [
      ["one modality", { image: 7 }, {}],
      ["two modalities, some items without one", { image: 7, text: 5 }, { image: [1], text: [4, 6] }],
      ["three modalities", shape, { audio: [0, 2] }],
    ];
  it.each(cases)("equal a plain float64 loss and its finite differences: %s", async (_, widths, missing) => {
    const random = createRandom(8, "gradients");
    const [n, d] = [9, 4];
    const options = resolvePretrainOptions({
      dimensions: d,
      contrast: 0.7,
      similarity: 0.9,
      temperature: 0.5,
    });
    const tables = Object.fromEntries(
      Object.entries(widths).map(([name, columns]) => {
        const mask = Uint8Array.from({ length: n }, (_, row) => (missing[name]?.includes(row) ? 1 : 0));
        const values = Float32Array.from({ length: n * columns }, (_, at) =>
          mask[Math.floor(at / columns)] ? 0 : random.normal(),
        );
        return [name, { rows: n, columns, values, missing: mask }];
      }),
    );
    // Not all items, and in another order.
    const items = Uint32Array.of(7, 1, 4, 0, 2, 8, 6);
    const views = drawViews(Object.values(widths), 0.3, random);
    const backend = await wasm({ relaxed: false, threads: 1 });
    const found = await withScope(backend, async (scope) => {
      const parameters = new Parameters(scope);
      const operations = trainingOperations(backend);
      const model = await UnifiedModel.create({ backend, operations, parameters, scope, options }, tables);
      const terms = await model.gradients(items, views);
      const arrays: Record<string, { value: Float32Array; gradient: Float32Array }> = {};
      for (const [name, { value, gradient }] of parameters.entries()) {
        arrays[name] = {
          value: await download(backend, value),
          gradient: await download(backend, gradient),
        };
      }
      return { terms, arrays };
    });
    await backend.dispose();
    const weights = (name: string) => Float64Array.from(found.arrays[name]!.value);
    const plain = Object.entries(tables).map(([name, { columns, values, missing }]) => ({
      x: Array.from(items, (item) => [...values.subarray(item * columns, (item + 1) * columns)]),
      missing: Array.from(items, (item) => missing[item] === 1),
      encoder: weights(`encoder/${name}`),
      decoder: weights(`decoder/${name}`),
    }));
    const loss = (): number => unifiedLoss(plain, d, views, options);
    const total = Object.values(found.terms).reduce((sum, term) => sum + term, 0);
    expect(total).toBeCloseTo(loss(), 5);
    for (const [m, name] of Object.keys(widths).entries()) {
      for (const kind of ["encoder", "decoder"] as const) {
        const { gradient } = found.arrays[`${kind}/${name}`]!;
        const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const values = plain[m]![kind];
        for (const [at, slope] of gradient.entries()) {
          const own = values[at]!;
          const step = 1e-5;
          values[at] = own + step;
          const above = loss();
          values[at] = own - step;
          const below = loss();
          values[at] = own;
          expect(Math.abs((above - below) / (2 * step) - slope)).toBeLessThan(1e-4 * largest);
        }
      }
    }
  });
});

describe("pretrain", () => {
  it("without hiding and other terms reaches the error of principal axes, which is the least for linear maps", async () => {
    const [items, width, d] = [300, 12, 3];
    const features = planted(items, { image: width }, { latents: 6, noise: 0.5 });
    const space = await pretrain(features, {
      ...{ dimensions: d, hidden: 0, visible: 1, contrast: 0, similarity: 0 },
      ...{ epochs: 120, patience: 120, learningRate: 0.02, decay: 0.96, batchSize: 64, heldOut: 0.01 },
    });
    // The rows as they are prepared: centered, of length 1, mean square 1.
    const raw = await valuesOf(features.image!);
    const mean = Float64Array.from({ length: width }, (_, c) => {
      let sum = 0;
      for (let row = 0; row < items; row++) sum += raw[row * width + c]!;
      return sum / items;
    });
    const moments = new Float64Array(width * width);
    for (let row = 0; row < items; row++) {
      const x = mean.map((center, c) => raw[row * width + c]! - center);
      const squares = x.reduce((sum, value) => sum + value * value, 0);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) moments[i * width + j]! += (x[i]! * x[j]!) / squares / items;
      }
    }
    const { values } = symmetricEigen(moments, width, width);
    const least = values.slice(d).reduce((sum, value) => sum + value, 0);
    const last = space.curve.at(-1)!.loss;
    expect(last).toBeGreaterThan(0.97 * least);
    expect(last).toBeLessThan(1.05 * least);
  });

  it("finds an item's text by its image among items that it never saw, and not where the pairs were mixed", async () => {
    const features = planted(400, { image: 20, text: 16 }, { latents: 8, noise: 0.2 });
    const part = async (source: FeatureSource, first: number, count: number, shift = 0) => {
      const values = await valuesOf(source);
      const own = new Float32Array(count * source.columns);
      for (let row = 0; row < count; row++) {
        const from = first + ((row + shift) % count);
        own.set(values.subarray(from * source.columns, (from + 1) * source.columns), row * source.columns);
      }
      return denseFeatures(own, count, source.columns);
    };
    const { image, text } = features as { image: FeatureSource; text: FeatureSource };
    /** Share of the last 100 items whose own text is nearest to their image. */
    const found = async (shift: number): Promise<number> => {
      const train = { image: await part(image, 0, 300), text: await part(text, 0, 300, shift) };
      const space = await pretrain(train, {
        dimensions: 8,
        contrast: 1,
        epochs: 60,
        learningRate: 0.01,
        decay: 0.97,
      });
      const [a, b] = await Promise.all([
        space.transform({ image: await part(image, 300, 100) }).then(valuesOf),
        space.transform({ text: await part(text, 300, 100) }).then(valuesOf),
      ]);
      const cosine = (r: number, s: number): number => {
        let [dot, aa, bb] = [0, 0, 0];
        for (let k = 0; k < 8; k++) {
          const [x, y] = [a[r * 8 + k]!, b[s * 8 + k]!];
          [dot, aa, bb] = [dot + x * y, aa + x * x, bb + y * y];
        }
        return dot / Math.sqrt(aa * bb);
      };
      const rows = [...Array(100).keys()];
      return rows.filter((r) => rows.every((s) => s === r || cosine(r, s) < cosine(r, r))).length / 100;
    };
    expect(await found(0)).toBeGreaterThan(0.8);
    expect(await found(150)).toBeLessThan(0.1);
  });

  it("stops when held-out items no longer improve, and keeps the epoch that was best for them", async () => {
    const space = await pretrain(planted(60, shape), { ...quick, epochs: 500, patience: 3 });
    const heldOut = space.curve.map((epoch) => epoch.heldOut);
    expect(space.report.stopped).toBe("patience");
    expect(space.curve.length).toBe(space.report.bestEpoch + 3);
    expect(heldOut[space.report.bestEpoch - 1]).toBeLessThan(1.002 * Math.min(...heldOut));
    const same = await pretrain(planted(60, shape), { ...quick, epochs: space.report.bestEpoch });
    expect(same.maps).toEqual(space.maps);
  });

  it("keeps items without any modality missing, and places others by what they have, whatever a missing row holds", async () => {
    const missing = { image: [2, 3], text: [3, 5], audio: [3] };
    const features = planted(40, shape, { missing });
    const ids = new IdIndex(Array.from({ length: 40 }, (_, row) => `item ${row}`));
    features.image = { ...features.image!, ids };
    const space = await pretrain(features, quick);
    const unified = await space.transform(features);
    expect(unified.columns).toBe(6);
    expect(unified.ids).toBe(ids);
    expect([...unified.missing!.keys()].filter((row) => unified.missing![row] === 1)).toEqual([3]);
    const values = await valuesOf(unified);
    expect(values.every(Number.isFinite)).toBe(true);
    // Item 2 has no image: its vector is that of its text and sound.
    const { text, audio } = features as Record<string, FeatureSource>;
    const without = await valuesOf(await space.transform({ text: text!, audio: audio! }));
    expect(values.subarray(12, 18)).toEqual(without.subarray(12, 18));
    expect(values.subarray(0, 6)).not.toEqual(without.subarray(0, 6));
  });

  it("learns the same wherever the features lie, also where items miss a modality", async () => {
    const features = planted(40, shape, { missing: { image: [2, 3, 11, 17], text: [5, 20, 21] } });
    const moved: Record<string, FeatureSource> = {};
    for (const [name, source] of Object.entries(features)) {
      const values = (await valuesOf(source)).map((value) => value + 8);
      moved[name] = denseFeatures(values, source.rows, source.columns, { missing: source.missing });
    }
    const [here, there] = [await pretrain(features, quick), await pretrain(moved, quick)];
    for (const [at, { loss, heldOut }] of here.curve.entries()) {
      expect(there.curve[at]!.loss).toBeCloseTo(loss, 4);
      expect(there.curve[at]!.heldOut).toBeCloseTo(heldOut, 4);
    }
  });

  it("gives the same bytes with any number of threads, on dirty memory, and on a backend without operations of training", async () => {
    const device = portableDevice();
    const dirty = checkedBackend({
      ...device,
      create: async (rows, columns, options = {}) => {
        const matrix = await device.create(rows, columns, options);
        if (options.uninitialized === true) matrix.values.fill(Number.NaN);
        return matrix;
      },
    });
    const { training: _, ...rest } = portableDevice();
    const on = async (backend: Backend, items = 40) => {
      const space = await pretrain(planted(items, shape), { ...quick, epochs: 2, batchSize: 300, backend });
      await backend.dispose();
      return { maps: space.maps, curve: space.curve };
    };
    const expected = await on(cpu());
    expect(await on(dirty)).toEqual(expected);
    expect(await on(checkedBackend(rest))).toEqual(expected);
    const threads = (threads: number) => wasm({ relaxed: false, threads });
    expect(await on(await threads(2), 900)).toEqual(await on(await threads(1), 900));
  });

  it("is the same after a way through bytes, and other bytes are refused", async () => {
    const features = planted(40, shape, { missing: { text: [5] } });
    const space = await pretrain(features, quick);
    const bytes = await space.toBytes();
    const read = readPretrainedSpace(Buffer.from(bytes));
    expect(await valuesOf(await read.transform(features))).toEqual(
      await valuesOf(await space.transform(features)),
    );
    expect(read.report).toEqual(space.report);
    expect(await read.toBytes()).toEqual(bytes);
    await expectRefusal(
      () => readPretrainedSpace(bytes.subarray(0, -4), "a/space.bin"),
      "format",
      "pretrained space",
      "a/space.bin",
    );
    const narrower = Buffer.from(bytes);
    narrower.write('"dimensions":5', narrower.indexOf('"dimensions":6'));
    await expectRefusal(() => readPretrainedSpace(narrower), "format", "20 values of map/audio", "24");
    const nameless = Buffer.from(bytes);
    nameless.write('"moralities"', nameless.indexOf('"modalities"'));
    await expectRefusal(() => readPretrainedSpace(nameless), "format", "modalities and options");
    const entryless = Buffer.from(bytes);
    entryless.write('"nome"', entryless.indexOf('"name"', entryless.indexOf('"modalities"')));
    await expectRefusal(() => readPretrainedSpace(entryless), "format", "modalities and options");
    let checkpoint: Uint8Array = new Uint8Array();
    const write = (written: Uint8Array): void => {
      checkpoint = written;
    };
    await train(smallData(), { model: alignrec({ neighbors: 4 }), epochs: 1, checkpoint: { write } });
    await expectRefusal(() => readPretrainedSpace(checkpoint), "format", "what pretrain wrote");
    const resuming = { model: alignrec({ neighbors: 4 }), epochs: 1, resume: bytes };
    await expectRefusal(() => train(smallData(), resuming), "format", "the state of a training");
  });

  it("gives another result for another seed, and vectors that are told apart", async () => {
    const features = planted(40, shape);
    const [one, two] = [await pretrain(features, quick), await pretrain(features, { ...quick, seed: 1 })];
    expect(one.maps.image!.map).not.toEqual(two.maps.image!.map);
    const read = readPretrainedSpace(await one.toBytes());
    const encoders = [one, read, two].map(async (space) => (await space.transform(features)).encoder!);
    const [own, same, other] = await Promise.all(encoders);
    expect(own!.files).toEqual({
      "space.bin": createHash("sha256")
        .update(await one.toBytes())
        .digest("hex"),
    });
    expect(encoderDifference(own!, same!)).toBeUndefined();
    expect(encoderDifference(own!, other!)).toContain("space.bin");
  });

  it("does not depend on the order in which the modalities are given", async () => {
    const features = planted(40, shape, { missing: { text: [5] } });
    const reversed = Object.fromEntries(Object.entries(features).reverse());
    const [space, other] = [await pretrain(features, quick), await pretrain(reversed, quick)];
    expect(await other.toBytes()).toEqual(await space.toBytes());
    expect(await valuesOf(await other.transform(reversed))).toEqual(
      await valuesOf(await space.transform(features)),
    );
  });

  it("refuses features of another encoder than that of training, where both are known", async () => {
    const encoder = (file: string): EncoderIdentity => ({
      ...{ name: file, revision: null, modality: "image", width: 7, preprocessing: {}, runtime: "none" },
      files: { "model.onnx": file },
    });
    const { image } = planted(40, { image: 7 }) as { image: FeatureSource };
    const space = await pretrain({ image: { ...image, encoder: encoder("a") } }, quick);
    const read = readPretrainedSpace(await space.toBytes());
    await read.transform({ image });
    await read.transform({ image: { ...image, encoder: encoder("a") } });
    await expectRefusal(
      () => read.transform({ image: { ...image, encoder: encoder("b") } }),
      "mismatch",
      "the encoder a",
      "those of b",
    );
  });

  it("ends with an error when it is aborted, and reports every epoch before", async () => {
    const controller = new AbortController();
    const epochs: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      epochs.push(epoch);
      if (epoch === 2) controller.abort();
    };
    const options = { ...quick, signal: controller.signal, onEpoch };
    await expectRefusal(() => pretrain(planted(40, shape), options), "aborted");
    expect(epochs).toEqual([1, 2]);
  });

  it("refuses options and features that do not fit, by name", async () => {
    const features = planted(40, shape);
    const { image, text } = features as { image: FeatureSource; text: FeatureSource };
    const refused: [options: PretrainOptions, name: string][] = [
      [{ hidden: 1 }, "hidden"],
      [{ heldOut: 0 }, "heldOut"],
      [{ temperature: 0.01 }, "temperature"],
      [{ dimensions: 0 }, "dimensions"],
      [{ contrast: -1 }, "contrast"],
      [{ learningRate: Number.NaN }, "learningRate"],
      [{ decay: 1.1 }, "decay"],
    ];
    for (const [options, name] of refused) {
      await expectRefusal(() => pretrain(features, options), "invalid-option", name);
    }
    const misspelled = { dimension: 8 } as PretrainOptions;
    await expectRefusal(() => pretrain(features, misspelled), "invalid-option", '"dimension"', "dimensions?");
    await expectRefusal(() => pretrain({}), "invalid-data", "at least one modality");
    const fewer = planted(39, { text: 5 }).text!;
    await expectRefusal(
      () => pretrain({ image, text: fewer }),
      "mismatch",
      "40 items, those of modality image",
      "39",
    );
    const all = new Uint8Array(40).fill(1);
    await expectRefusal(
      () => pretrain({ image: { ...image, missing: all.map((_, row) => (row === 0 ? 0 : 1)) } }),
      "invalid-data",
      "two items",
    );
    const space = await pretrain({ image }, quick);
    await expectRefusal(() => space.transform({ text }), "mismatch", "image (7 columns)", "text");
    await expectRefusal(() => space.transform({ image: text }), "mismatch", "5 columns");
  });
});
