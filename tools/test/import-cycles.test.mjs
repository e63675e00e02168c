import { describe, expect, it } from "vitest";
import { cycleProblems } from "../import-cycles.mjs";

/** @param {Record<string, string[]>} imports */
const problemsOf = (imports, /** @type {string[][]} */ known = []) =>
  cycleProblems(new Map(Object.entries(imports)), known);

describe("cycleProblems", () => {
  it("accepts files that share imports and form no cycle", () => {
    expect(problemsOf({ a: ["b", "c"], b: ["d"], c: ["d"], d: [], e: ["a", "d"] })).toEqual([]);
  });

  it("accepts imports of files that are not in the map", () => {
    expect(problemsOf({ a: ["elsewhere"] })).toEqual([]);
  });

  it.each([
    ["two files that import each other", { a: ["b"], b: ["a"] }, "a -> b -> a"],
    ["a file that imports itself", { a: ["a"], b: ["a"] }, "a -> a"],
    ["a long way round", { d: ["a"], a: ["b"], b: ["c"], c: ["d"] }, "a -> b -> c -> d -> a"],
    ["the shortest of several ways", { a: ["b", "c"], b: ["c"], c: ["a"] }, "a -> c -> a"],
    ["a cycle behind files that are in none", { x: ["y"], y: ["b"], b: ["c"], c: ["b"] }, "b -> c -> b"],
  ])("refuses %s, with the way round", (_, imports, way) => {
    expect(problemsOf(imports)).toEqual([`import cycle: ${way}`]);
  });

  it("reports every group of files once", () => {
    const problems = problemsOf({ a: ["b"], b: ["a", "c"], c: ["d"], d: ["e"], e: ["c"] });
    expect(problems.toSorted()).toEqual(["import cycle: a -> b -> a", "import cycle: c -> d -> e -> c"]);
  });

  it("finds the same groups as reachability by brute force", () => {
    let state = 7;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let round = 0; round < 200; round++) {
      const names = ["a", "b", "c", "d", "e", "f", "g"];
      const imports = Object.fromEntries(names.map((name) => [name, names.filter(() => random() < 0.18)]));
      const reaches = (/** @type {string} */ from, /** @type {string} */ to) => {
        const seen = new Set(imports[from]);
        for (const name of seen) for (const next of imports[name] ?? []) seen.add(next);
        return seen.has(to);
      };
      const groups = new Set(
        names
          .filter((name) => reaches(name, name))
          .map((name) => names.filter((other) => reaches(name, other) && reaches(other, name)).join()),
      );
      expect(problemsOf(imports, []).length).toBe(groups.size);
      const known = [...groups].map((group) => group.split(","));
      expect(problemsOf(imports, known)).toEqual([]);
    }
  });

  it("accepts a known cycle, refuses it once a file joins, and refuses an entry whose cycle is gone", () => {
    const known = [["a", "b"]];
    expect(problemsOf({ a: ["b"], b: ["a"] }, known)).toEqual([]);
    expect(problemsOf({ a: ["b"], b: ["c"], c: ["a"] }, known)).toEqual([
      "import cycle: a -> b -> c -> a",
      expect.stringMatching(/a cycle that is gone: a, b$/),
    ]);
    expect(problemsOf({ a: ["b"], b: [] }, known)).toEqual([expect.stringMatching(/gone: a, b$/)]);
  });
});
