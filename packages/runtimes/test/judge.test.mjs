import { describe, expect, it } from "vitest";
import { limits } from "../compare.mjs";
import { absentRow, judge } from "../judge.mjs";
import { formatRows } from "../table.mjs";

/** @param {...number} values */
const labels = (...values) => ({ values: Int32Array.from(values), columns: 1 });
/** @param {...number} values */
const table = (...values) => ({ values: Float32Array.from(values), columns: 2 });

/** Tables of a run in which everything is as it should be. */
function tables() {
  return {
    "golden/tiny/labels/image": labels(0, 1),
    "golden/tiny/users/sym_lam0.1": table(1, 2),
    "tiktok/labels/image": labels(2, 1, 0),
    "tiktok/users": table(3, -3, 3, 3),
    "save-load/tiktok/transform": table(3, -3, 3, 3),
    "small/labels/image": labels(1, 0),
    "small/users": table(1, 1, 2, -1),
    "save-load/small/transform": table(1, 1, 2, -1),
  };
}

/** @typedef {import("@wellbegun/conformance").CaseResult} CaseResult */
/** @type {Pick<CaseResult, "backend" | "device" | "runtime" | "operation" | "name">} */
const about = { backend: "cpu", device: "cpu", runtime: "node 24", operation: "gram", name: "1 row" };

/** The array of a training. @param {string} sha256 */
const trained = (sha256) => ({ type: /** @type {const} */ ("float32"), rows: 2, columns: 2, sha256 });

/** The results of a run with one backend. @param {Record<string, unknown>} changes to its report */
function results(changes = {}, found = {}) {
  const backend = {
    name: "cpu",
    arrays: { "train/lightgcn/users": trained("aa") },
    stages: {
      golden: {},
      small: { parts: { cluster: 20 } },
      tiktok: { parts: { cluster: 1200, project: 34, recommend: 9999 } },
      conformance: {},
    },
    cases: /** @type {CaseResult[]} */ ([{ ...about, status: "passed" }]),
    ...changes,
  };
  return {
    report: { runtime: "node 24", inputs: { items: "aa" }, backends: [backend] },
    tables: { cpu: { ...tables(), ...found } },
  };
}
const golden = {
  "golden/tiny/labels/image": labels(0, 1),
  "golden/tiny/users/sym_lam0.1": table(1, 2.00001),
};
/** @param {ReturnType<typeof results>} run @param {Record<string, string>} lacks */
const problemsOf = (run, lacks = {}, expected = golden, bounds = limits.core) =>
  judge(run, results(), expected, lacks, bounds).flatMap(({ problems }) => problems);

describe("judge", () => {
  it("finds nothing wrong with a run that equals the reference, and says how close it is", () => {
    const rows = judge(results(), results(), golden, {}, limits.core);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      runtime: "node 24",
      backend: "cpu",
      golden: expect.stringMatching(/^labels equal, [45]\.\de-6$/),
      tiktok: "labels equal, 0.0e+0, 1.23 s",
      small: "labels equal, 0.0e+0, 0.02 s",
      saveLoad: "0.0e+0",
      training: "same bytes",
      conformance: "1 passed",
      problems: [],
    });
  });

  it.each([
    ["a label of a golden case", "golden/tiny/labels/image", labels(1, 1)],
    ["a golden table", "golden/tiny/users/sym_lam0.1", table(1, 2.0001)],
    ["a label", "tiktok/labels/image", labels(2, 1, 1)],
    ["a table", "tiktok/users", table(3, -3.00001, 3, 3)],
    ["a small table", "small/users", table(1, 1, 2, -1.00001)],
    ["what was loaded", "save-load/tiktok/transform", table(3, -3, 3, 3.00001)],
  ])("finds %s that differs", (_, name, values) => {
    const problems = problemsOf(results({}, { [name]: values }));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => /labels differ|expected within/.test(problem))).toBe(true);
  });

  it("finds trainings with other bytes, trainings that did not run, and a reference without trainings", () => {
    const other = results({ arrays: { "train/lightgcn/users": trained("bb") } });
    expect(problemsOf(other)).toEqual([expect.stringContaining("SHA-256 aa, found bb")]);
    expect(problemsOf(results({ arrays: {} }))).toEqual([expect.stringContaining("found none")]);
    const untrained = judge(results(), results({ arrays: {} }), golden, {}, limits.core);
    expect(untrained[0]?.problems).toEqual(["train: there is nothing to compare with"]);
  });

  it("holds the reference itself to the golden files", () => {
    const other = { ...golden, "golden/tiny/users/sym_lam0.1": table(1, 2.1) };
    expect(problemsOf(results(), {}, other)).toHaveLength(1);
  });

  it("finds other inputs, a stage that failed, and a conformance case that failed", () => {
    const elsewhere = results();
    elsewhere.report.inputs.items = "bb";
    expect(problemsOf(elsewhere)).toEqual([expect.stringContaining("input items")]);
    expect(problemsOf(results({ stages: { "save-load": { error: "it broke" }, conformance: {} } }))).toEqual([
      expect.stringContaining("it broke"),
    ]);
    /** @type {CaseResult[]} */
    const cases = [
      { ...about, status: "passed" },
      { ...about, status: "failed", reason: "wrong" },
    ];
    expect(problemsOf(results({ cases }))).toEqual([expect.stringContaining("gram 1 row: wrong")]);
  });

  it("holds devices to 1e-4, and leaves TikTok's size out where that is slow, but nothing else", () => {
    const near = {
      "small/users": table(1, 1, 2, -1.00005),
      "save-load/small/transform": table(1, 1, 2, -1.00005),
    };
    expect(problemsOf(results({}, near)).length).toBeGreaterThan(0);
    expect(problemsOf(results({}, near), {}, golden, limits.devices)).toEqual([]);
    const run = results({ slow: "in software" });
    const { cpu } = run.tables;
    const small = Object.fromEntries(Object.entries(cpu).filter(([name]) => !name.includes("tiktok")));
    const without = { ...run, tables: { cpu: small } };
    const rows = judge(without, results(), golden, {}, limits.devices);
    expect(rows[0]).toMatchObject({
      tiktok: "left out",
      note: "tiny and small cases and single operations only: in software",
      problems: [],
    });
    const { "small/users": _, ...none } = small;
    expect(
      judge({ ...run, tables: { cpu: none } }, results(), golden, {}, limits.devices)[0]?.problems,
    ).not.toEqual([]);
  });

  it("gives a backend that is absent its reason, as a failure unless the runtime is known to lack it", () => {
    const run = results({ absent: "no SIMD" });
    expect(judge(run, results(), golden, { cpu: "an old engine" }, limits.core)[0]).toMatchObject({
      golden: "absent",
      note: "an old engine. A user sees: no SIMD",
      problems: [],
    });
    expect(problemsOf(run)).toEqual([expect.stringContaining("no SIMD")]);
  });
});

it("prints a row a line, with as many cells as the header", () => {
  const [row] = judge(results(), results(), golden, {}, limits.core);
  if (row === undefined) throw new Error("expected a row");
  const lines = formatRows([row, absentRow("deno", "", "absent", "not installed; a | b\nc", [])]).split("\n");
  expect(lines).toHaveLength(4);
  expect(lines.map((line) => line.replaceAll("\\|", "").split("|").length)).toEqual([11, 11, 11, 11]);
  expect(lines[3]).toContain("not installed; a \\| b c");
});
