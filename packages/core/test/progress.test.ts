import { describe, expect, it } from "vitest";
import { type FitOptions, type ProgressEvent, fit as runFit } from "../src/index.ts";
import { type PlainData, randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { watchedBackend } from "./support/watched-backend.ts";

const narrow = randomData({ users: 25, items: 60, widths: { image: 6, audio: 5 }, seed: 3, missing: 0.2 });
const wide = randomData({ users: 25, items: 20, widths: { image: 400, audio: 390 }, seed: 3 });
const scenarios: [name: string, data: PlainData, options: FitOptions, memory: number | undefined][] = [
  ["by default", narrow, { clusters: 4, lambda: 0.5 }, undefined],
  [
    "that is streamed",
    narrow,
    { clusters: 4, lambda: 0.5, prepare: "standardize", restarts: 2, maxIterations: 3 },
    6000,
  ],
  [
    "cut off at one iteration",
    narrow,
    { clusters: 4, restarts: 2, maxIterations: 1, tolerance: 0 },
    undefined,
  ],
  ["with sketched axes", wide, { clusters: 3, dim: 4 }, undefined],
  ["with sketched axes by modality", wide, { clusters: 3, dim: 4, combine: "mean" }, undefined],
];

async function eventsOf(data: PlainData, options: FitOptions, memory?: number): Promise<ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  await runFit(toInput(data), { ...options, memory, onProgress: (event) => events.push(event) });
  return events;
}

describe("The progress of a fit", () => {
  it.each(scenarios)("never goes back: %s", async (_, data, options, memory) => {
    const events = await eventsOf(data, options, memory);
    const last = new Map<string, ProgressEvent>();
    for (const event of events) {
      expect(event.done).toBeGreaterThanOrEqual(0);
      expect(event.done).toBeLessThanOrEqual(event.total);
      const key = `${event.stage} ${event.modality}`;
      const before = last.get(key) ?? event;
      expect(event.done / event.total).toBeGreaterThanOrEqual(before.done / before.total);
      last.set(key, event);
    }
    const stages = events.map(({ stage }) => stage).filter((stage, e, all) => stage !== all[e - 1]);
    expect(stages).toEqual(["prepare", "cluster", "project", "aggregate", "export"]);
    for (const stage of ["cluster", "aggregate", "export"]) {
      const end = events.findLast((event) => event.stage === stage)!;
      expect(end.done).toBe(end.total);
    }
    for (const name of Object.keys(data.features)) {
      const end = last.get(`cluster ${name}`)!;
      expect(end.done).toBe(end.total);
    }
  });
});

describe("A fit whose signal is aborted", () => {
  it("before it begins does nothing", async () => {
    const { backend, operations } = watchedBackend();
    const work = () => runFit(toInput(narrow), { backend, signal: AbortSignal.abort("enough") });
    const error = await expectRefusal(work, "aborted", "an aborted signal");
    expect(error.cause).toBe("enough");
    expect(operations()).toBe(0);
  });

  it.each(scenarios)(
    "ends soon after any event with a typed error, and leaves nothing behind: %s",
    async (_, ...scenario) => {
      const [data, options, memory] = scenario;
      const events = await eventsOf(data, options, memory);
      // An abort at the very last event comes too late, as it should.
      const points = events.slice(1).keys();
      for (const point of points) {
        const controller = new AbortController();
        const { backend, live } = watchedBackend();
        let seen = 0;
        const onProgress = (): void => {
          if (seen++ === point) controller.abort();
        };
        const work = () =>
          runFit(toInput(data), { ...options, backend, memory, onProgress, signal: controller.signal });
        const error = await expectRefusal(work, "aborted");
        expect(error.cause).toBe(controller.signal.reason);
        expect(seen).toBeLessThanOrEqual(point + 2);
        expect(live()).toBe(0);
      }
    },
  );
});
