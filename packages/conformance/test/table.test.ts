import { cpu } from "@wellbegun/core";
import { expect, it } from "vitest";
import {
  type CaseResult,
  describeConformance,
  formatOverview,
  formatTable,
  openSuite,
} from "../src/index.ts";

const about = { backend: "onnx", device: "cpu", runtime: "node 20", operation: "topK" } as const;

const results: readonly CaseResult[] = [
  { ...about, name: "a", status: "passed" },
  { ...about, name: "b", status: "passed" },
  { ...about, name: "c", status: "failed", reason: "expected 1, found 2", error: new Error("no") },
  { ...about, name: "d", status: "skipped", reason: "no ties | yet" },
  { ...about, name: "e", status: "skipped", reason: "no ties | yet" },
  { ...about, operation: "gram", name: "f", status: "passed" },
  {
    ...about,
    device: "cuda",
    operation: "device",
    name: "is present",
    status: "absent",
    reason: "no\ndriver",
  },
];

it("The table has one line for each backend, device, runtime and operation, and every failure", () => {
  const table = String.raw`
| backend | device | runtime | operation | result                                         |
| ------- | ------ | ------- | --------- | ---------------------------------------------- |
| onnx    | cpu    | node 20 | topK      | 2 passed, 1 failed, 2 skipped (no ties \| yet) |
| onnx    | cpu    | node 20 | gram      | 1 passed                                       |
| onnx    | cuda   | node 20 | device    | 1 absent (no driver)                           |

failed: onnx on cpu, topK c: expected 1, found 2`;
  expect(`\n${formatTable(results)}`).toBe(table);
});

it("The overview has one line for each backend, device and runtime", () => {
  const table = `
| backend | device | runtime | topK                   | gram | device |
| ------- | ------ | ------- | ---------------------- | ---- | ------ |
| onnx    | cpu    | node 20 | 2, 1 FAILED, 2 skipped | 1    |        |
| onnx    | cuda   | node 20 |                        |      | absent |

failed: onnx on cpu, topK c: expected 1, found 2
skipped: onnx on node 20, topK d: no ties | yet
skipped: onnx on node 20, topK e: no ties | yet
absent: onnx on node 20: no driver`;
  expect(`\n${formatOverview(results)}`).toBe(table);
});

it("describeConformance declares cases to any test runner, and prints the table after the last", async () => {
  const skips = [{ operation: "topK", reason: "not today" }];
  const suite = await openSuite({ name: "cpu", create: async () => cpu(), skips });
  const tests = new Map<string, () => Promise<void>>();
  const skipped: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  const printed: string[] = [];
  const it = Object.assign((name: string, run: () => Promise<void>) => void tests.set(name, run), {
    skip: (name: string) => void skipped.push(name),
  });
  const runner = { describe: (_: string, body: () => void) => body(), it, afterAll: ends.push.bind(ends) };
  describeConformance(suite, runner, (table) => printed.push(table));
  expect(tests.size + skipped.length).toBe(suite.cases.length);
  expect(skipped.every((name) => name.startsWith("topK ") && name.endsWith("(skipped: not today)"))).toBe(
    true,
  );

  await tests.get("rowNorms matches the reference at every shape")!();
  for (const end of ends) await end();
  expect(printed).toHaveLength(1);
  expect(printed[0]).toContain("rowNorms  | 1 passed");
  expect(printed[0]).toContain(`${skipped.length} skipped (not today)`);
});

it("describeConformance fails the test whose case fails", async () => {
  const broken = await openSuite({
    name: "none",
    create: () => Promise.reject(new Error("burnt")),
    required: [],
  });
  const tests: (() => Promise<void>)[] = [];
  const it = Object.assign((_: string, run: () => Promise<void>) => void tests.push(run), { skip: () => {} });
  describeConformance(broken, { describe: (_, body) => body(), it, afterAll: () => {} }, () => {});
  expect(tests).toHaveLength(1);
  await expect(tests[0]!()).rejects.toThrow("burnt");
});
