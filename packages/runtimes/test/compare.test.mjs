import { describe, expect, it } from "vitest";
import {
  compareStage,
  conformanceProblems,
  inputProblems,
  presenceProblems,
  relativeDifference,
} from "../compare.mjs";

describe("relativeDifference", () => {
  it("is that of the worst row, relative to the row itself", () => {
    // Rows of length 5 and 0.05, each off by 0.001 of its own length or of the other's.
    const expected = [3, 4, 0.03, -0.04];
    expect(relativeDifference([3, 4.005, 0.03, -0.04], expected, 2)).toBeCloseTo(0.001, 12);
    expect(relativeDifference([3, 4, 0.03, -0.04005], expected, 2)).toBeCloseTo(0.001, 12);
    expect(relativeDifference([3, 4, 0.03, -0.045], expected, 2)).toBeCloseTo(0.1, 12);
    expect(relativeDifference([3.003, 4.004, 0.033, -0.044], expected, 2)).toBeCloseTo(0.1, 12);
  });

  it("is 0 for equal tables, of zeros and of no rows too", () => {
    expect(relativeDifference([1, -2], [1, -2], 2)).toBe(0);
    expect(relativeDifference([0, 0], [0, 0], 1)).toBe(0);
    expect(relativeDifference([], [], 3)).toBe(0);
  });

  it.each([
    ["something in a row of zeros", [1, 1e-30], [1, 0]],
    ["NaN", [1, NaN], [1, 2]],
    ["NaN on both sides", [1, NaN], [1, NaN]],
    ["an infinity", [1, Infinity], [1, 2]],
    ["a shorter table", [1], [1, 2]],
    ["a longer table", [1, 2, 3], [1, 2]],
  ])("is infinite for %s", (_, found, expected) => {
    expect(relativeDifference(found, expected, 1)).toBe(Infinity);
  });
});

/** @param {...number} values */
const labels = (...values) => ({ values: Int32Array.from(values), columns: 1 });
/** @param {...number} values */
const table = (...values) => ({ values: Float32Array.from(values), columns: 2 });

describe("compareStage", () => {
  const expected = {
    "tiktok/labels/image": labels(0, 1, 2, -1),
    "tiktok/users": table(1, -1, 1, -1),
    "golden/tiny/users": table(5, 5),
  };
  const right = { "tiktok/labels/image": labels(0, 1, 2, -1), "tiktok/users": table(1, -1, 1, -1) };

  it("accepts equal labels and tables within the limit, of one stage only", () => {
    const found = { ...right, "tiktok/users": table(1.0001, -1.0001, 1, -1) };
    const verdict = compareStage("tiktok", found, expected, 2e-4);
    expect(verdict).toMatchObject({ labels: 1, problems: [] });
    expect(verdict.largest).toBeCloseTo(1e-4, 6);
  });

  it("says how many labels differ, and where the first one does", () => {
    const found = { ...right, "tiktok/labels/image": labels(0, 2, 1, -1) };
    expect(compareStage("tiktok", found, expected, 1e-6).problems).toEqual([
      "tiktok/labels/image: 2 of 4 labels differ, first row 1, 2 instead of 1",
    ]);
  });

  it.each([
    ["labels of another type", { ...right, "tiktok/labels/image": table(0, 1, 2, -1) }],
    ["too few labels", { ...right, "tiktok/labels/image": labels(0, 1, 2) }],
    ["no labels", { "tiktok/users": right["tiktok/users"] }],
    ["no table", { "tiktok/labels/image": right["tiktok/labels/image"] }],
    ["a table beyond the limit", { ...right, "tiktok/users": table(1, -1, 1.1, -1) }],
    ["a table with NaN", { ...right, "tiktok/users": table(1, -1, NaN, -1) }],
  ])("refuses %s", (_, found) => {
    expect(compareStage("tiktok", found, expected, 0.05).problems).toHaveLength(1);
  });

  it("refuses to compare with nothing", () => {
    expect(compareStage("save-load", right, expected, 1).problems).toHaveLength(1);
  });
});

describe("presenceProblems", () => {
  const here = { name: "wasm", arrays: {}, stages: {}, cases: [] };
  it("accepts what is there, and the absence of what the runtime is known to lack", () => {
    expect(presenceProblems(here, {})).toEqual([]);
    expect(presenceProblems({ ...here, absent: "no SIMD" }, { wasm: "old engine" })).toEqual([]);
  });
  it("refuses any other absence, a list that is out of date, and a fault even of what is listed", () => {
    expect(presenceProblems({ ...here, absent: "no SIMD" }, { "wasm-relaxed": "old engine" })).toEqual([
      expect.stringContaining("no SIMD"),
    ]);
    expect(presenceProblems(here, { wasm: "old engine" })).toHaveLength(1);
    expect(presenceProblems({ ...here, fault: "it broke" }, { wasm: "old engine" })).toEqual([
      expect.stringContaining("it broke"),
    ]);
  });
});

describe("conformanceProblems", () => {
  const about = { backend: "wasm", device: "cpu", runtime: "node 24", operation: "gram", name: "one row" };
  const passed = { ...about, status: /** @type {const} */ ("passed") };
  const skipped = { ...about, status: /** @type {const} */ ("skipped"), reason: "not today" };
  const failed = { ...about, status: /** @type {const} */ ("failed"), reason: "expected 1, found 2" };
  const backend = { name: "wasm", arrays: {}, stages: { conformance: {} } };

  it("accepts cases that passed", () => {
    expect(conformanceProblems({ ...backend, cases: [passed, skipped] })).toEqual([]);
  });
  it.each([
    ["a failure", { cases: [passed, failed] }],
    ["a suite without cases", { cases: [skipped] }],
    ["a suite that did not run", { stages: {}, cases: [] }],
    ["a suite that broke off", { stages: { conformance: { error: "out of memory" } }, cases: [passed] }],
  ])("refuses %s", (_, report) => {
    expect(conformanceProblems({ ...backend, ...report })).toHaveLength(1);
  });
});

it("names the input that differs or is not there", () => {
  expect(inputProblems({ items: "aa", image: "bb" }, { items: "aa", image: "bb" })).toEqual([]);
  expect(inputProblems({ items: "aa" }, { items: "ab", image: "bb" })).toEqual([
    expect.stringContaining("input items"),
    expect.stringContaining("input image"),
  ]);
});
