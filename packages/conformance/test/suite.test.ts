import { type Backend, cpu, WellbegunError } from "@wellbegun/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CaseResult, isConformant, openSuite, runCase, runConformance } from "../src/index.ts";
import { overlay } from "./overlay.ts";

const create = async (): Promise<Backend> => cpu();

const missing = (): Promise<Backend> =>
  Promise.reject(
    new WellbegunError("unavailable", {
      doing: "opening webgpu",
      expected: "an adapter",
      found: "none",
    }),
  );

afterEach(() => vi.unstubAllEnvs());

describe("A device that is absent", () => {
  it("is one result with its reason, and not a failure", async () => {
    const results = await runConformance({ name: "webgpu", device: "dawn", create: missing, required: [] });
    expect(results).toEqual([
      {
        backend: "webgpu",
        device: "dawn",
        runtime: `node ${process.versions.node}`,
        operation: "device",
        name: "is present",
        status: "absent",
        reason: "Opening webgpu: expected an adapter, found none.",
      },
    ]);
    expect(isConformant(results)).toBe(true);
  });

  it.each(["webgpu", "dawn", "webgpu/dawn"])("fails where %s is required", async (name) => {
    const options = { name: "webgpu", device: "dawn", create: missing, required: ["cpu", name] };
    const results = await runConformance(options);
    expect(results.map((result) => result.status)).toEqual(["failed"]);
    expect(results[0]!.reason).toContain(`"${name}" is required`);
    expect(results[0]!.reason).toContain("expected an adapter, found none");
    expect(isConformant(results)).toBe(false);
  });

  it("fails where the environment requires it", async () => {
    vi.stubEnv("WELLBEGUN_REQUIRED_DEVICES", "webgpu");
    expect(isConformant(await runConformance({ name: "webgpu", create: missing }))).toBe(false);
    expect(isConformant(await runConformance({ name: "tfjs", create: missing }))).toBe(true);
  });

  it("is a failure, required or not, if it failed to open for another reason", async () => {
    const broken = (): Promise<Backend> => Promise.reject(new TypeError("undefined is not a function"));
    const results = await runConformance({ name: "webgpu", create: broken, required: [] });
    expect(results.map((result) => result.status)).toEqual(["failed"]);
    expect(results[0]!.reason).toContain("undefined is not a function");
  });
});

describe("Skips of the suite", () => {
  it("leave out an operation, or one case of it, with the reason", async () => {
    const skips = [
      { operation: "topK", reason: "no sorting" },
      { operation: "gram", name: "loses nothing over many rows of one sign", reason: "float32 sums" },
    ];
    const suite = await openSuite({ name: "cpu", create, skips });
    const results: CaseResult[] = [];
    for (const one of suite.cases) {
      if (one.operation === "topK" || one.operation === "gram") results.push(await runCase(suite, one));
    }
    await suite.dispose();
    const skipped = results.filter((result) => result.status === "skipped");
    const topK = results.filter((result) => result.operation === "topK");
    expect(topK.length).toBeGreaterThan(1);
    expect(topK.every((result) => result.status === "skipped" && result.reason === "no sorting")).toBe(true);
    expect(skipped.filter((result) => result.operation === "gram")).toEqual([
      expect.objectContaining({ name: "loses nothing over many rows of one sign", reason: "float32 sums" }),
    ]);
    expect(results.some((result) => result.operation === "gram" && result.status === "passed")).toBe(true);
  });

  it.each([
    { operation: "topk", reason: "misspelt" },
    { operation: "topK", name: "no such case", reason: "gone" },
  ])("that match no case are refused", async (skip) => {
    const opening = openSuite({ name: "cpu", create, skips: [skip] });
    await expect(opening).rejects.toMatchObject({ code: "invalid-option", at: "skips" });
  });
});

describe("Tolerances of the suite", () => {
  // Norms that are too large by one in a thousand.
  const rough = async (): Promise<Backend> => {
    const good = cpu();
    return overlay(good, { rowNorms: async (x) => (await good.rowNorms(x)).map((norm) => norm * 1.001) });
  };
  const passes = async (values: number): Promise<boolean> => {
    const suite = await openSuite({ name: "rough", create: rough, tolerances: { values } });
    const one = suite.cases.find(({ operation }) => operation === "rowNorms")!;
    const { status } = await runCase(suite, one);
    await suite.dispose();
    return status === "passed";
  };

  it("decide which results pass", async () => {
    expect(await passes(2e-3)).toBe(true);
    expect(await passes(5e-4)).toBe(false);
  });
});

it("The suite opens one backend for all cases except those that dispose of one, and disposes of all", async () => {
  const open = new Set<Backend>();
  let opened = 0;
  const counting = async (): Promise<Backend> => {
    const good = cpu();
    const counted: Backend = overlay(good, {
      dispose: async () => {
        open.delete(counted);
        await good.dispose();
      },
    });
    open.add(counted);
    opened++;
    return counted;
  };
  const seen: string[] = [];
  const results = await runConformance({ name: "cpu", create: counting }, (result) => seen.push(result.name));
  expect(seen).toEqual(results.map((result) => result.name));
  expect(open.size).toBe(0);
  expect(opened).toBeLessThan(5);
});

it("The suite has a case of every operation of the interface, and no two of one name", async () => {
  const suite = await openSuite({ name: "cpu", create });
  const names = suite.cases.map((one) => `${one.operation} ${one.name}`);
  expect(new Set(names).size).toBe(names.length);
  const operations = Object.getOwnPropertyNames(Object.getPrototypeOf(cpu())).filter(
    (name) => name !== "constructor",
  );
  const tested = new Set(suite.cases.map((one) => one.operation));
  expect(operations.filter((operation) => !tested.has(operation))).toEqual([]);
  await suite.dispose();
});
