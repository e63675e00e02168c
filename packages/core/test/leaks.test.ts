import { describe, expect, it } from "vitest";
import {
  type Backend,
  createTable,
  type ErrorCode,
  type FitOptions,
  fitInto,
  type RunOptions,
  recommend,
  fit as runFit,
  type TableSink,
} from "../src/index.ts";
import { type PlainData, randomData, toInput } from "./support/dataset.ts";
import { caught, expectRefusal } from "./support/errors.ts";
import { normalTable } from "./support/numbers.ts";
import { watchedBackend } from "./support/watched-backend.ts";

const narrow = randomData({ users: 12, items: 30, widths: { image: 6, audio: 6 }, seed: 3, missing: 0.2 });
const wide = randomData({ users: 5, items: 14, widths: { image: 400 }, seed: 3 });
const quick: FitOptions = { clusters: 4, lambda: 0.5, restarts: 2, maxIterations: 2 };
// Streaming takes many small operations, and each of them is made to fail.
const once: FitOptions = { ...quick, restarts: 1, maxIterations: 1 };
const scenarios: [name: string, data: PlainData, options: FitOptions, runtime: RunOptions][] = [
  ["resident", narrow, { ...quick, dim: 4 }, {}],
  ["without projection", narrow, { ...quick, project: "none" }, {}],
  [
    "averaged, without tables by modality",
    narrow,
    { ...quick, dim: 3, combine: "mean" },
    { perModality: false },
  ],
  ["streamed", narrow, { ...once, dim: 4, prepare: "standardize" }, { memory: 4000 }],
  ["streamed without projection", narrow, { ...once, project: "none" }, { memory: 2000 }],
  ["with seeds from some items", narrow, { ...quick, initSize: 9, project: "none" }, {}],
  [
    "streamed, with seeds from some items",
    narrow,
    { ...once, initSize: 9, project: "none" },
    { memory: 2000 },
  ],
  ["with centroids from some items", narrow, { ...quick, sampleSize: 12, initSize: 9 }, {}],
  ["streamed, with centroids from some items", narrow, { ...once, sampleSize: 12 }, { memory: 4000 }],
  ["with sketched axes", wide, { ...quick, dim: 2 }, { memory: 680_000 }],
];

describe("A fit leaves nothing on a backend that the caller passed in", () => {
  it.each(scenarios)("when it succeeds: %s", async (_, data, options, runtime) => {
    const { backend, live, operations } = watchedBackend();
    await runFit(toInput(data), { ...options, ...runtime, backend });
    expect(operations()).toBeGreaterThan(0);
    expect(live()).toBe(0);
    const matrix = await backend.create(1, 1);
    expect(live()).toBe(1);
    matrix.dispose();
  });

  // Where an operation is called again and again, the first and the last call fail.
  it.each(scenarios)("when any one operation fails: %s", async (_, data, options, runtime) => {
    const input = toInput(data);
    const points = await firstAndLastCalls((backend) => runFit(input, { ...options, ...runtime, backend }));
    expect(points.length).toBeGreaterThan(20);
    for (const point of points) {
      const reason = new Error(`operation ${point} fails`);
      const { backend, live } = watchedBackend({
        before: (operation) => {
          if (operation === point) throw reason;
        },
      });
      expect(await caught(() => runFit(input, { ...options, ...runtime, backend }))).toBe(reason);
      expect(live()).toBe(0);
    }
  });

  it.each(scenarios)("when a table cannot be written: %s", async (_, data, options, runtime) => {
    const reason = new Error("the disk is full");
    for (let point = 0; ; point++) {
      let calls = 0;
      const next = (): void => {
        if (calls++ === point) throw reason;
      };
      const sink: TableSink = { begin: next, write: next };
      const { backend, live } = watchedBackend();
      const error = await caught(() => fitInto(toInput(data), { ...options, ...runtime, backend }, sink));
      expect(live()).toBe(0);
      if (calls <= point) {
        expect(error).toBeUndefined();
        expect(point).toBeGreaterThan(3);
        break;
      }
      expect(error).toBe(reason);
    }
  });

  it.each<[what: string, data: PlainData, options: FitOptions, code: ErrorCode]>([
    ["an option is wrong", narrow, { lambda: 2 }, "invalid-option"],
    ["there are too many clusters", narrow, { clusters: 29, lambda: 0.5 }, "invalid-option"],
    ["a row has no place", { ...narrow, itemCount: 31 }, {}, "mismatch"],
    [
      "a feature is NaN",
      { ...narrow, features: { image: spoilt(narrow.features.image!) } },
      {},
      "invalid-data",
    ],
  ])("when %s", async (_, data, options, code) => {
    for (const memory of [undefined, 500]) {
      const { backend, live } = watchedBackend();
      await expectRefusal(() => runFit(toInput(data), { ...options, backend, memory }), code);
      expect(live()).toBe(0);
    }
  });
});

/** The numbers of the first and the last operation that each place in the code calls. */
async function firstAndLastCalls(work: (backend: Backend) => Promise<unknown>): Promise<number[]> {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  const { backend } = watchedBackend({
    before: (operation) => {
      const place = `${new Error().stack}`;
      if (!first.has(place)) first.set(place, operation);
      last.set(place, operation);
    },
  });
  await work(backend);
  return [...new Set([...first.values(), ...last.values()])];
}

function spoilt(rows: PlainData["features"][string]): PlainData["features"][string] {
  return rows.map((row, item) => (item === 5 ? row!.map(() => Number.NaN) : row));
}

it("Recommending leaves nothing on the backend either, whichever operation fails", async () => {
  const tables = {
    users: createTable(normalTable(5, 4, 1), 5, 4),
    items: createTable(normalTable(9, 4, 2), 9, 4),
  };
  const whole = watchedBackend();
  await recommend(tables, { k: 3, backend: whole.backend, similarity: "cosine" });
  expect(whole.live()).toBe(0);
  expect(whole.operations()).toBeGreaterThan(0);
  for (let point = 0; point < whole.operations(); point++) {
    const reason = new Error(`operation ${point} fails`);
    const { backend, live } = watchedBackend({
      before: (operation) => {
        if (operation === point) throw reason;
      },
    });
    expect(await caught(() => recommend(tables, { k: 3, backend, similarity: "cosine" }))).toBe(reason);
    expect(live()).toBe(0);
  }
});
