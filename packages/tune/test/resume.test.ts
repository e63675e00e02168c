import fc from "fast-check";
import { expect, it } from "vitest";
import { ladder } from "../src/halving.ts";
import { parseRecords, type SearchRecord, tune } from "../src/index.ts";
import { syntheticData } from "./data.ts";

const data = syntheticData(4600, 56_000);
const options = {
  budget: { trials: 32 },
  space: { dim: [4, 8], clusters: [4], prepare: ["l2", "center+l2"] as const },
};

async function recordedRun(recorded: readonly SearchRecord[] = []) {
  const records: SearchRecord[] = [...recorded];
  const result = await tune(data, { ...options, recorded, onRecord: (record) => void records.push(record) });
  return { result, records };
}

it("A search that is interrupted anywhere resumes to the same end", async () => {
  const { result, records } = await recordedRun();
  expect(result.head.units).toBeGreaterThanOrEqual(3000);
  expect(new Set(result.trials.map(({ units }) => units)).size).toBeGreaterThan(1);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: records.length }), async (kept) => {
      const text = records
        .slice(0, kept)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join("");
      const again = await recordedRun(parseRecords(`${text}{"kind":"tri`));
      expect(again.result).toEqual(result);
      expect(again.records).toEqual(records);
    }),
    { numRuns: 3, seed: 7 },
  );
});

it("A search that resumes with a larger budget ends as one long run", async () => {
  const { result, records } = await recordedRun();
  const short: SearchRecord[] = [];
  await tune(data, { ...options, budget: { trials: 10 }, onRecord: (record) => void short.push(record) });
  expect((await recordedRun(short)).result).toEqual(result);
  expect(short.length).toBeLessThan(records.length);
});

it("A search refuses to go on with a budget below the trials that it has", async () => {
  const { records } = await recordedRun();
  const before = new Set(records.flatMap((record) => (record.kind === "trial" ? [record.trial] : []))).size;
  const budget = { trials: before - 1 };
  await expect(tune(data, { ...options, budget, recorded: records })).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining(`at least the ${before} trials`),
  });
});

it("A search judges few trials on all users, and these are the best of their round", async () => {
  const { result } = await recordedRun();
  const round = result.trials.slice(0, 27);
  const promoted = round.filter(({ units }) => units === result.head.units);
  const best = round.toSorted((a, b) => b.firstScore - a.firstScore || a.trial - b.trial).slice(0, 9);
  for (const { trial } of best) expect(promoted.map((one) => one.trial)).toContain(trial);
  expect(promoted.map(({ trial }) => trial)).toContain(0);
  expect(promoted.length).toBeLessThanOrEqual(10);
});

it("A search samples a third of the users, and at least 1,000", () => {
  expect(ladder(2999)).toEqual([2999]);
  expect(ladder(3000)).toEqual([1000, 3000]);
  expect(ladder(100_000)).toEqual([1235, 3704, 11112, 33334, 100_000]);
});

it("A search refuses the records of another search, and names the difference", async () => {
  const { records } = await recordedRun();
  const other = tune(data, { ...options, seed: 5, recorded: records });
  await expect(other).rejects.toMatchObject({ code: "mismatch", at: "seed" });
  const rows = syntheticData(4600, 56_000, 2);
  await expect(tune(rows, { ...options, recorded: records })).rejects.toMatchObject({ code: "mismatch" });
});

it("A search refuses a malformed file, and names the line", () => {
  expect(() => parseRecords('{"kind":"trial"}\n', "x")).toThrow(/x, line 1/);
  expect(() => parseRecords('{"kind":"search"}\nnonsense\n', "x")).toThrow(/x, line 2/);
  expect(parseRecords("")).toEqual([]);
  for (const damaged of ['"settings":null', '"settings":{}', '"settings":[]', '"settings":{"weights":7}']) {
    const trial = `{"kind":"trial","trial":0,"units":1,"score":0.5,${damaged}}`;
    expect(() => parseRecords(`{"kind":"search"}\n${trial}\n`, "x")).toThrow(/x, line 2/);
  }
});

it("A search stops between trials when its signal is aborted", async () => {
  const signal = { aborted: false };
  let judged = 0;
  const onRecord = (): void => {
    judged++;
    signal.aborted = judged === 5;
  };
  const run = tune(data, { ...options, signal, onRecord });
  await expect(run).rejects.toMatchObject({ code: "aborted" });
  expect(judged).toBe(5);
});
