import { cpu } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { type CaseResult, openSuite, runCase, runConformance } from "../src/index.ts";
import { faults } from "./faults/index.ts";
import { float32Backend } from "./float32.ts";
import { hamerly } from "./hamerly.ts";
import { overlay } from "./overlay.ts";

describe("The suite finds a backend's fault", () => {
  it.each(faults)("in $operation: $name", async ({ operation, change }) => {
    const good = cpu();
    const suite = await openSuite({ name: "faulty", create: async () => overlay(good, change(good)) });
    let found: CaseResult | undefined;
    for (const one of suite.cases) {
      if (one.operation !== operation || found !== undefined) continue;
      const result = await runCase(suite, one);
      if (result.status === "failed") found = result;
    }
    expect(found?.reason).toBeTypeOf("string");
  });
});

describe("The suite passes a backend without a fault,", () => {
  it.each([
    [
      "in the same wrapping, with bounds that are right",
      () => {
        const good = cpu();
        return overlay(good, hamerly(good));
      },
    ],
    ["with nothing but float32 arithmetic", float32Backend],
  ])("%s", async (_, create) => {
    const results = await runConformance({ name: "sound", create: async () => create() });
    expect(results.filter((result) => result.status !== "passed")).toEqual([]);
  });
});
