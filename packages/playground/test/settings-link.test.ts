import { methodSchema } from "@wellbegun/core/options";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeSettings, linkOfSettings, settingsOfLink } from "../src/page/settings.ts";

describe("the link that holds the settings", () => {
  it("is read back as it was written", async () => {
    const run = fc.record(
      {
        preset: fc.constantFrom(...methodSchema.preset.choices),
        lambda: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
        clusters: fc.integer({ min: 1, max: 1000 }),
        normalization: fc.constantFrom(...methodSchema.normalization.choices),
        dim: fc.integer({ min: 1, max: 512 }),
        seed: fc.nat(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(run, fc.constantFrom("wasm", "webgpu", "cpu"), async (chosen, backend) => {
        expect(settingsOfLink(linkOfSettings({ run: chosen, backend }))).toEqual({ run: chosen, backend });
      }),
    );
  });

  it("leaves out what the schema refuses, and names it does not know", () => {
    const link = "#lambda=2&clusters=1.5&normalization=max&dim=0&seed=7&memory=1&backend=abacus&scale=";
    expect(settingsOfLink(link)).toEqual({ run: { seed: 7 }, backend: "wasm" });
  });

  it("is empty for the defaults, which are called so", () => {
    const settings = settingsOfLink("");
    expect(linkOfSettings(settings)).toBe("");
    expect(describeSettings(settings)).toBe("defaults");
  });
});
