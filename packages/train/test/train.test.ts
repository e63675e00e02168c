import {
  type Backend,
  cpu,
  denseFeatures,
  fit,
  interactionsFromArrays,
  isWellbegunError,
  joinModels,
  readInitializer,
  wasm,
} from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import { describe, expect, it } from "vitest";
import {
  alignrec,
  bpr,
  freedom,
  lightgcn,
  type ModelDefinition,
  type TrainedModel,
  type TrainOptions,
  train,
  vbpr,
} from "../src/index.ts";
import { VERSION } from "../src/version.ts";
import { smallData } from "./support/dataset.ts";
import { largestDifference } from "./support/tables.ts";

const data = smallData();
/** The same interactions with weights 1, 2 and 3. */
const weightedData = {
  ...data,
  train: { ...data.train, weights: Float32Array.from(data.train.items, (_, entry) => 1 + (entry % 3)) },
};
const models: [name: string, model: ModelDefinition][] = [
  ["alignrec", alignrec({ neighbors: 4 })],
  ["lightgcn", lightgcn()],
  ["bpr", bpr()],
  ["vbpr", vbpr()],
  ["freedom", freedom({ neighbors: 4, dropout: 0.5 })],
];
const short = { dimensions: 8, batchSize: 32, learningRate: 0.01, k: 5 } as const;

/** The error that a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** What a training gives but for the times. */
function resultOf({ users, items, report, curve }: TrainedModel) {
  const records = curve.map(({ trainMs, evaluateMs, ...record }) => record);
  return { users: users.data, items: items.data, report, records };
}

describe.each(models)("Model %s", (_, model) => {
  it("lowers its loss, and ranks held-out items above chance", async () => {
    const trained = await train(data, { ...short, model, epochs: 30, evaluateEvery: 10 });
    const [first, last] = [trained.curve[0]!, trained.curve.at(-1)!];
    expect(last.loss).toBeLessThan(first.loss);
    // 24 items compete for 5 places.
    expect(trained.report.bestScore).toBeGreaterThan(1.3 * (5 / 24));
    expect(trained.users.rows).toBe(40);
    expect(trained.items.rows).toBe(30);
  });

  it(`${model.readsWeights ? "reads" : "ignores"} weights of interactions`, async () => {
    const [plain, weighted] = await Promise.all(
      [data, weightedData].map((dataset) => train(dataset, { ...short, model, epochs: 1, backend: cpu() })),
    );
    if (model.readsWeights) expect(weighted!.users.data).not.toEqual(plain!.users.data);
    else expect(weighted!.users.data).toEqual(plain!.users.data);
  });

  it("ends with the same bytes when it is interrupted and resumed as when it runs through", async () => {
    const options: TrainOptions = { ...short, model, epochs: 5, backend: cpu() };
    const whole = await train(data, options);
    const saved: Uint8Array[] = [];
    const interrupted = new AbortController();
    const error = await errorOf(
      train(data, {
        ...options,
        signal: interrupted.signal,
        checkpoint: { write: (bytes) => void saved.push(bytes) },
        // In the middle of the fourth epoch.
        onProgress: ({ epoch, batch }) => {
          if (epoch === 4 && batch === 3) interrupted.abort();
        },
      }),
    );
    expect(isWellbegunError(error) && error.code).toBe("aborted");
    expect(saved).toHaveLength(3);
    // As Node reads a file.
    const resumed = await train(data, { ...options, resume: Buffer.from(saved[2]!) });
    expect(resumed.users.data).toEqual(whole.users.data);
    expect(resumed.items.data).toEqual(whole.items.data);
    expect(resumed.report).toEqual(whole.report);
    expect(resumed.curve.map(({ loss }) => loss)).toEqual(whole.curve.map(({ loss }) => loss));
  });
});

it("Training gives another result for another seed, and the same for the same", async () => {
  const run = async (seed: number) => {
    const trained = await train(data, { ...short, model: alignrec({ neighbors: 4 }), epochs: 2, seed });
    return trained.users.data;
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

it("Training gives the same bytes on WebAssembly with one thread and with two", async () => {
  const run = async (threads: number) => {
    const backend = await wasm({ threads });
    const trained = await train(data, { ...short, model: alignrec({ neighbors: 4 }), epochs: 3, backend });
    await backend.dispose();
    return trained.items.data;
  };
  expect(await run(2)).toEqual(await run(1));
});

it("Training keeps the vectors of the best epoch, and stops when patience is over", async () => {
  const recalls: (number | undefined)[] = [];
  const options: TrainOptions = { ...short, model: bpr(), epochs: 200, patience: 2, learningRate: 0.1 };
  const trained = await train(data, {
    ...options,
    onEpoch: ({ validation }) => recalls.push(validation?.recall),
  });
  const best = Math.max(...recalls.map((recall) => recall ?? 0));
  expect(trained.report.stopped).toBe("patience");
  expect(trained.report.bestScore).toBe(best);
  expect(trained.report.bestEpoch).toBe(recalls.indexOf(best) + 1);
  // More than two evaluations in a row were not better.
  expect(recalls).toHaveLength(trained.report.bestEpoch + 3);
  const exact = await train(data, { ...options, epochs: trained.report.bestEpoch });
  expect(trained.users.data).toEqual(exact.users.data);
});

it("Training returns the last epoch without a validation split, and measures what it can", async () => {
  const { train: interactions, features, test } = data;
  const options = { ...short, model: bpr(), epochs: 3 };
  const trained = await train({ train: interactions, features }, options);
  expect(trained.report).toEqual({
    bestEpoch: 3,
    bestScore: undefined,
    stopped: "epochs",
    notFiniteEpoch: undefined,
  });
  expect(trained.curve[2]!.validation).toBeUndefined();
  const measured = await train(
    { train: interactions, test, features },
    { ...options, patience: 0, geometry: true },
  );
  expect(measured.report).toEqual(trained.report);
  expect(measured.users.data).toEqual(trained.users.data);
  expect(measured.curve.map((record) => record.test?.users)).toEqual([40, 40, 40]);
  expect(measured.curve[2]!.geometry!.userRank).toBeGreaterThan(1);
});

describe("The matrices of a caller's backend", () => {
  /** A backend that counts the matrices that were created and not disposed of. */
  function counting() {
    const backend = cpu();
    const live = new Set<Matrix>();
    const counted: Backend = Object.create(backend, {
      create: {
        value: async (rows: number, columns: number) => {
          const matrix = await backend.create(rows, columns);
          const dispose = matrix.dispose.bind(matrix);
          matrix.dispose = () => {
            live.delete(matrix);
            dispose();
          };
          live.add(matrix);
          return matrix;
        },
      },
    });
    return { backend: bound(counted, backend), live };
  }

  /** The methods of a class with private fields must be called on the object itself. */
  const bound = (outer: Backend, inner: Backend): Backend =>
    new Proxy(outer, {
      get: (target, name) => {
        if (Object.hasOwn(target, name)) return Reflect.get(target, name);
        const value: unknown = Reflect.get(inner, name);
        return typeof value === "function" ? value.bind(inner) : value;
      },
    });

  it.each(models)("are freed when %s is trained", async (_, model) => {
    const { backend, live } = counting();
    await train(data, { ...short, model, epochs: 1, backend });
    expect(live.size).toBe(0);
  });

  it("are freed when a model cannot be built or training is aborted", async () => {
    const { backend, live } = counting();
    const weights = { image: 1 };
    await errorOf(train(data, { ...short, model: freedom({ weights }), epochs: 1, backend }));
    expect(live.size).toBe(0);
    const aborted = AbortSignal.abort();
    await errorOf(train(data, { ...short, model: alignrec(), epochs: 1, backend, signal: aborted }));
    expect(live.size).toBe(0);
  });
});

it("Training measures the geometry of the vectors in evaluated epochs if told to", async () => {
  const options: TrainOptions = { ...short, model: alignrec({ neighbors: 4 }), epochs: 2, evaluateEvery: 2 };
  const { curve } = await train(data, { ...options, geometry: true });
  expect(curve[0]!.geometry).toBeUndefined();
  const { alignment, userUniformity, itemUniformity, userRank, itemRank } = curve[1]!.geometry!;
  expect(alignment).toBeGreaterThan(0);
  expect(alignment).toBeLessThan(4);
  for (const uniformity of [userUniformity, itemUniformity]) expect(uniformity).toBeLessThan(0);
  for (const rank of [userRank, itemRank]) {
    expect(rank).toBeGreaterThan(1);
    expect(rank).toBeLessThan(8 + 1e-9);
  }
  expect((await train(data, options)).curve[1]!.geometry).toBeUndefined();
});

describe("A loss that is not finite", () => {
  /** A model whose loss is NaN from an epoch on, counted from 0. */
  const failing = (from: number): ModelDefinition => {
    const inner = bpr();
    return {
      ...inner,
      build: async (context) => {
        const model = await inner.build(context);
        return {
          ...model,
          gradients: async (batch, epoch) => {
            const terms = await model.gradients(batch, epoch);
            return epoch >= from ? { ...terms, bpr: Number.NaN } : terms;
          },
        };
      },
    };
  };

  it("ends training with the best vectors so far, and names the epoch", async () => {
    const trained = await train(data, { ...short, model: failing(2), epochs: 5 });
    expect(trained.report.stopped).toBe("not-finite");
    expect(trained.report.notFiniteEpoch).toBe(3);
    expect(trained.curve).toHaveLength(2);
    expect(trained.users.data.every(Number.isFinite)).toBe(true);
  });

  it("is an error before any epoch was evaluated", async () => {
    const error = await errorOf(train(data, { ...short, model: failing(0), epochs: 5 }));
    expect(isWellbegunError(error) && error.code).toBe("invalid-data");
    expect(String(error)).toContain("bpr NaN (epoch 1, batch 1)");
  });

  it("leaves a checkpoint of the epoch before, which the error names, and from which its vectors can be had", async () => {
    const { train: interactions, features } = data;
    const dataset = { train: interactions, features };
    const saved: Uint8Array[] = [];
    const checkpoint = { write: (bytes: Uint8Array) => void saved.push(bytes), label: "a/file" };
    const options = { ...short, model: failing(2), epochs: 5 };
    const error = await errorOf(train(dataset, { ...options, checkpoint }));
    expect(String(error)).toContain("(epoch 3, batch 1)");
    expect(String(error)).toContain("From a/file, resumed with epochs 2, the vectors of epoch 2");
    const resume = saved.at(-1)!;
    const before = await train(dataset, { ...options, epochs: 2, resume });
    expect(resultOf(before)).toEqual(resultOf(await train(dataset, { ...options, epochs: 2 })));
  });

  it("counts vectors that are not finite after a finite loss as well", async () => {
    const options = { ...short, model: bpr(), batchSize: 1000, learningRate: 1e39, epochs: 1 };
    for (const dataset of [data, { ...data, validation: undefined }]) {
      const error = await errorOf(train(dataset, options));
      expect(String(error)).toContain("vectors NaN (epoch 1, batch 1)");
    }
  });
});

describe("A checkpoint", () => {
  const options: TrainOptions = { ...short, model: bpr(), epochs: 2 };
  const checkpointOf = async (): Promise<Uint8Array> => {
    const saved: Uint8Array[] = [];
    await train(data, { ...options, checkpoint: { every: 2, write: (bytes) => void saved.push(bytes) } });
    return saved[0]!;
  };

  it("is refused with other held-out rows, missing features, another backend or another release, which are named", async () => {
    const image = (missing: number[]) =>
      denseFeatures(new Float32Array(30 * 2), 30, 2, { missing: Uint8Array.from(missing) });
    const present = { ...data, features: { image: image(new Array(30).fill(0)) } };
    const own = { ...options, model: vbpr(), backend: cpu() };
    const saved: Uint8Array[] = [];
    await train(present, { ...own, epochs: 1, checkpoint: { write: (bytes) => void saved.push(bytes) } });
    const resume = saved[0]!;
    const { validation, test } = present;
    const absent = { ...present, features: { image: image([1, ...new Array(29).fill(0)]) } };
    const released = Buffer.from(resume);
    released.write("9", released.indexOf(VERSION));
    const backend = await wasm({ threads: 1 });
    const attempts: [name: string, attempt: () => Promise<unknown>][] = [
      [
        "hashes.validation",
        () => train({ ...present, validation: test, test: validation }, { ...own, resume }),
      ],
      ["hashes.validation", () => train({ ...present, validation: undefined }, { ...own, resume })],
      ["hashes.test", () => train({ ...present, test: undefined }, { ...own, resume })],
      ["hashes.features of image", () => train(absent, { ...own, resume })],
      ["backend.name: wasm, found backend.name: cpu", () => train(present, { ...own, backend, resume })],
      [`release: ${VERSION}, found release: 9`, () => train(present, { ...own, resume: released })],
    ];
    const checkpoint = { write: () => undefined, label: "a/file" };
    for (const [name, attempt] of attempts) {
      const error = await errorOf(attempt());
      expect(isWellbegunError(error) && error.code).toBe("mismatch");
      expect(String(error)).toContain(name);
    }
    const named = await errorOf(train(present, { ...own, resume, seed: 5, checkpoint }));
    expect(isWellbegunError(named) && named.at).toBe("a/file");
    await backend.dispose();
    await train(present, { ...own, resume });
  });

  it("is refused with other options, other data or cut bytes", async () => {
    const resume = await checkpointOf();
    const otherFormat = Buffer.from(resume);
    otherFormat[7] = 2;
    const otherText = Buffer.from(resume);
    otherText.write("[", otherText.indexOf('"identity":"{') + '"identity":"'.length);
    const withoutBest = Buffer.from(resume);
    withoutBest.write("rest", withoutBest.indexOf("best/users"));
    const attempts: [code: string, attempt: () => Promise<unknown>][] = [
      ["mismatch", () => train(data, { ...options, seed: 5, resume })],
      ["mismatch", () => train(smallData(40, 30, 4), { ...options, resume })],
      ["format", () => train(data, { ...options, resume: resume.subarray(0, resume.length - 1) })],
      ["format", () => train(data, { ...options, resume: new Uint8Array(40) })],
      ["format", () => train(data, { ...options, resume: otherText })],
      ["format", () => train(data, { ...options, resume: withoutBest })],
      ["format", () => train(data, { ...options, resume: resume.subarray(0, 100) })],
      ["format", () => train(data, { ...options, resume: otherFormat })],
    ];
    for (const [code, attempt] of attempts) {
      const error = await errorOf(attempt());
      expect(isWellbegunError(error) && error.code).toBe(code);
    }
  });

  it("may be resumed for more epochs", async () => {
    const resumed = await train(data, { ...options, epochs: 4, resume: await checkpointOf() });
    const whole = await train(data, { ...options, epochs: 4 });
    expect(resumed.users.data).toEqual(whole.users.data);
    const shorter = await errorOf(train(data, { ...options, epochs: 1, resume: await checkpointOf() }));
    expect(String(shorter)).toMatch(/a checkpoint of at most 1 epochs, found 2 \(the checkpoint\)/);
  });

  it("holds no evaluation that a run of more epochs would not make", async () => {
    const sparse = { ...options, evaluateEvery: 2, learningRate: 0.1 };
    const saved: Uint8Array[] = [];
    const checkpoint = { write: (bytes: Uint8Array) => void saved.push(bytes) };
    const first = await train(data, { ...sparse, epochs: 5, checkpoint });
    expect(first.curve.map(({ validation }) => validation !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    const resumed = await train(data, { ...sparse, epochs: 8, resume: saved.at(-1)! });
    const whole = await train(data, { ...sparse, epochs: 8 });
    expect(resumed.report).toEqual(whole.report);
    expect(resumed.curve.map(({ validation }) => validation)).toEqual(
      whole.curve.map(({ validation }) => validation),
    );
  });

  it("gives the bytes of a run that was never interrupted for as many epochs as are done, evaluated at the last", async () => {
    const sparse = { ...options, evaluateEvery: 2 };
    const saved: Uint8Array[] = [];
    await train(data, { ...sparse, epochs: 4, checkpoint: { write: (bytes) => void saved.push(bytes) } });
    for (const epochs of [1, 2, 3]) {
      const seen: number[] = [];
      const resumed = await train(data, {
        ...sparse,
        epochs,
        resume: saved[epochs - 1]!,
        onEpoch: ({ epoch }) => seen.push(epoch),
      });
      expect(resultOf(resumed)).toEqual(resultOf(await train(data, { ...sparse, epochs })));
      expect(seen).toEqual(epochs === 2 ? [] : [epochs]);
    }
  });

  it("ends where a smaller patience would have ended, or is refused where the best epoch came later", async () => {
    const noisy = { ...options, learningRate: 0.1, seed: 1 };
    const saved: Uint8Array[] = [];
    const long = await train(data, {
      ...noisy,
      epochs: 24,
      patience: 24,
      checkpoint: { write: (bytes) => void saved.push(bytes) },
    });
    const impatient = { ...noisy, epochs: 24, patience: 1 };
    const whole = await train(data, impatient);
    expect(whole.report.stopped).toBe("patience");
    const refused: number[] = [];
    for (const [index, resume] of saved.entries()) {
      const scores = long.curve.slice(0, index + 1).map(({ validation }) => validation!.recall);
      const best = scores.indexOf(Math.max(...scores)) + 1;
      if (best <= whole.curve.length) {
        expect(resultOf(await train(data, { ...impatient, resume }))).toEqual(resultOf(whole));
        continue;
      }
      refused.push(index + 1);
      const error = await errorOf(train(data, { ...impatient, resume }));
      expect(isWellbegunError(error) && error.code).toBe("mismatch");
      expect(String(error)).toContain(`its best epoch so far, ${best}, found 1, with which it ends at epoch`);
    }
    expect(refused.length).toBeGreaterThan(0);
    // Some checkpoints come after the end, and have its best epoch.
    expect(refused[0]! - 1).toBeGreaterThan(whole.curve.length);
  });
});

describe("Folding in a user", () => {
  it.each([
    ["alignrec", alignrec({ neighbors: 4, sideDivisor: 2 })],
    ["lightgcn", lightgcn()],
    ["freedom", freedom({ neighbors: 4, dropout: 0 })],
  ])("gives a user of %s whose own embedding is 0 the vector that it was trained to", async (_, model) => {
    const start = { users: { data: new Float32Array(40 * 8), rows: 40, columns: 8 }, scale: "none" } as const;
    const trained = await train(data, { ...short, model, epochs: 0, start });
    const { offsets, items } = data.train;
    const folded = trained.transform(data.train);
    expect(largestDifference(folded.data, trained.users.data)).toBeLessThan(1e-6);
    const history = items.subarray(offsets[7]!, offsets[8]!);
    const { vector, used } = trained.foldIn([...history, history[0]!]);
    expect(vector).toEqual(folded.row(7));
    expect(used).toBe(history.length);
    // With weights of interactions too, by models that read them and by those that do not.
    const weighted = await train(weightedData, { ...short, model, epochs: 0, start });
    const weights = weightedData.train.weights.subarray(offsets[7]!, offsets[8]!);
    const again = weighted.foldIn(history, model.readsWeights ? { weights } : {});
    expect(largestDifference(again.vector, weighted.users.row(7))).toBeLessThan(1e-6);
  });

  it("gives the same vectors from the model's bytes, and none from those of a model without propagation", async () => {
    const trained = await train(data, { ...short, model: lightgcn(), epochs: 1 });
    const again = readInitializer(trained.initializer!.toBytes());
    expect(again.transform(data.train).data).toEqual(trained.transform(data.train).data);
    const options = { weights: [2, 1], negatives: [5] };
    expect(again.foldIn([3, 9], options)).toEqual(trained.foldIn([3, 9], options));
    expect(again.items.data).toEqual(trained.items.data);
    const plain = await train(data, { ...short, model: bpr(), epochs: 0 });
    expect(plain.initializer).toBeUndefined();
  });

  it("weighs the items of the history, and subtracts the mean of the negatives", async () => {
    const trained = await train(data, { ...short, model: lightgcn(), epochs: 1 });
    const alone = (item: number): number[] => [...trained.foldIn([item]).vector];
    const [items, weights, negatives] = [
      [1, 2, 5],
      [1, 3, 0.5],
      [4, 6],
    ];
    const root = Math.sqrt(weights.reduce((sum, weight) => sum + weight, 0));
    const expected = alone(1).map((_, c) => {
      const liked = items.reduce((sum, item, at) => sum + weights[at]! * alone(item)[c]!, 0) / root;
      return liked - (0.3 * (2 * alone(4)[c]! + alone(6)[c]!)) / 3;
    });
    const options = { weights, negatives, negativeWeights: [2, 1], negativeFactor: 0.3 };
    expect(largestDifference(trained.foldIn(items, options).vector, expected)).toBeLessThan(1e-6);
  });

  it("works through joined tables and their bytes, of which a trained model is one side", async () => {
    const trained = await train(data, { ...short, model: lightgcn(), epochs: 1 });
    const content = await fit(data, { clusters: 3, dim: 4, backend: cpu() });
    const joined = await joinModels(trained, content, { weight: 0.5, backend: cpu() });
    const again = readInitializer(joined.initializer.toBytes());
    expect(again.foldIn([3, 9]).vector).toEqual(joined.foldIn([3, 9]).vector);
    const plain = await train(data, { ...short, model: bpr(), epochs: 0 });
    expect(() => plain.toBytes()).toThrow(/a model that folds in users or items.*found bpr/);
  });

  it("is refused by models without propagation, and for unknown items", async () => {
    const plain = await train(data, { ...short, model: bpr(), epochs: 0 });
    expect(() => plain.foldIn([1])).toThrow(/expected a model that propagates/);
    const graph = await train(data, { ...short, model: lightgcn(), epochs: 0 });
    expect(() => graph.foldIn([30])).toThrow(/an item that the fit knew/);
    const { used, unknown } = graph.foldIn([30, 2], { unknownItems: "skip" });
    expect([used, unknown]).toEqual([1, [30]]);
  });
});

it("An option's unknown name is refused with the nearest one, by training and by every model", async () => {
  const misspelled = { ...short, model: bpr(), batchsize: 8 } as TrainOptions;
  const error = await errorOf(train(data, misspelled));
  expect(isWellbegunError(error) && [error.code, error.message]).toEqual([
    "invalid-option",
    expect.stringMatching(/"batchsize".*Did you mean batchSize\?/),
  ]);
  for (const model of [alignrec, lightgcn, bpr, vbpr, freedom]) {
    expect(() => model({ regularisation: 1 } as object)).toThrow(/"regularisation".*mean regularization\?/);
  }
});

it("A value that an option does not take is refused by name, by training and by every model", async () => {
  const users = { data: new Float32Array(40 * 8).fill(1), rows: 40, columns: 8 };
  const write = (): void => undefined;
  const attempts: [name: string, options: object][] = [
    ["model", { model: undefined }],
    ["dimensions", { dimensions: "8" }],
    ["learningRate", { learningRate: "0.1" }],
    ["testMask", { testMask: "validation" }],
    ["geometry", { geometry: "no" }],
    ["resume", { resume: "a/file" }],
    ["user", { start: { user: users } }],
    ["scale", { start: { users, scale: "unit" } }],
    ["factor", { start: { users, factor: Number.NaN } }],
    ["permuted", { start: { users, permuted: "yes" } }],
    ["evry", { checkpoint: { evry: 2, write } }],
    ["every", { checkpoint: { every: 0, write } }],
    ["write", { checkpoint: {} }],
  ];
  for (const [name, options] of attempts) {
    const error = await errorOf(train(data, { ...short, model: bpr(), epochs: 1, ...options }));
    expect(isWellbegunError(error) && [error.code, error.at]).toEqual(["invalid-option", name]);
  }
  for (const model of [alignrec, vbpr, freedom])
    expect(() => model({ prepare: "None" } as object)).toThrow(/one of center\+l2, none.*"None" \(prepare\)/);
  for (const name of ["layerNorm", "freezeFeatures"])
    expect(() => alignrec({ [name]: "false" })).toThrow(`true or false, found "false" (${name})`);
  expect(() => alignrec({ temperature: Number.POSITIVE_INFINITY })).toThrow(/above 0/);
});

it("A validation split in which there is nothing to find is refused, and such a test split counts as absent", async () => {
  const { train: interactions } = data;
  const options = { ...short, model: bpr(), epochs: 2 };
  // Each user has six train rows. Every second user keeps them; those of the others are held out.
  const rowsOf = (parity: number) => {
    const kept = Array.from(interactions.items, (item, at) => [Math.floor(at / 6), item] as const).filter(
      ([user]) => user % 2 === parity,
    );
    const [users, items] = [kept.map(([user]) => user), kept.map(([, item]) => item)];
    return interactionsFromArrays({ users, items, userCount: 40, itemCount: 30 });
  };
  const [known, unknown] = [rowsOf(0), rowsOf(1)];
  for (const validation of [unknown, known]) {
    const error = await errorOf(train({ train: known, validation, features: {} }, options));
    expect(isWellbegunError(error) && [error.code, error.at]).toEqual(["invalid-data", "validation"]);
  }
  const { validation } = data;
  const judged = await train({ train: interactions, validation, test: interactions, features: {} }, options);
  expect(judged.curve[1]!.validation).toBeDefined();
  expect(judged.curve[1]!.test).toBeUndefined();
});

describe("Data that cannot be trained on", () => {
  it("is refused by name", async () => {
    const { train: interactions } = data;
    const empty = interactionsFromArrays({ users: [], items: [], userCount: 40, itemCount: 30 });
    const other = interactionsFromArrays({ users: [0], items: [0], userCount: 41, itemCount: 30 });
    const full = interactionsFromArrays({ users: [0, 0, 1], items: [0, 1, 0], userCount: 2, itemCount: 3 });
    const attempts: [message: RegExp, attempt: () => Promise<unknown>][] = [
      [
        /expected train interactions, found none/,
        () => train({ train: empty, features: {} }, { ...short, model: bpr() }),
      ],
      [
        /\(validation\)/,
        () => train({ train: interactions, validation: other, features: {} }, { ...short, model: bpr() }),
      ],
      [/\(user row 0\)/, () => train({ train: full, features: {} }, { ...short, model: bpr() })],
      [
        /at least one modality/,
        () => train({ train: interactions, features: {} }, { ...short, model: alignrec() }),
      ],
      [
        /at least one modality/,
        () => train({ train: interactions, features: {} }, { ...short, model: freedom() }),
      ],
      [/\(epochs\)/, () => train(data, { ...short, model: bpr(), epochs: -1 })],
      [
        /a weight for each of image, text/,
        () => train(data, { ...short, model: freedom({ weights: { image: 1 } }) }),
      ],
    ];
    for (const [message, attempt] of attempts) expect(String(await errorOf(attempt()))).toMatch(message);
    expect(() => alignrec({ temperature: 0 })).toThrow(/\(temperature\)/);
    expect(() => lightgcn({ layers: 1.5 })).toThrow(/\(layers\)/);
  });
});
