import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/fuzz.mjs";
import { mutate, randomBelow } from "../fuzz/mutate.mjs";

const program = fileURLToPath(new URL("../fuzz/run.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wellbegun-fuzz-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seeds = [new TextEncoder().encode('{"rows": 12, "name": "tea"}'), new Uint8Array(40).fill(7)];

describe("The damage", () => {
  it("is the same for the same seed, and always changes something", () => {
    for (let seed = 0; seed < 300; seed++) {
      const bytes = mutate(seeds, randomBelow(seed));
      expect(mutate(seeds, randomBelow(seed))).toEqual(bytes);
      expect(seeds).not.toContainEqual(bytes);
    }
    expect(seeds[1]).toEqual(new Uint8Array(40).fill(7));
  });
});

describe("The fuzzer", () => {
  it("counts an error that is not a WellbegunError, and gives the seed of its input", async () => {
    const careless = {
      name: "careless",
      seeds,
      parse(/** @type {Uint8Array} */ bytes) {
        if (bytes.length > 40) throw new TypeError("too long");
      },
    };
    const { read, refused, other, slips } = await fuzz(careless, { seed: 3, count: 500 });
    expect(read + other).toBe(500);
    expect([refused, other > 0, read > 0]).toEqual([0, true, true]);
    expect(slips[0]?.error).toContain("TypeError: too long");
    expect(mutate(seeds, randomBelow(slips[0]?.seed ?? 0)).length).toBeGreaterThan(40);
  });
});

describe("Every parser", () => {
  it("reads damaged files or refuses them with a WellbegunError, and never asks for much memory", () => {
    const out = join(folder, "figures.json");
    const { stdout } = spawnSync(
      process.execPath,
      [program, "--count", "15000", "--seed", "1", "--out", out],
      {
        encoding: "utf8",
      },
    );
    const figures = JSON.parse(readFileSync(out, "utf8"));
    expect(figures.total, stdout).toMatchObject({ other: 0 });
    expect(figures.total.read + figures.total.refused).toBe(figures.total.inputs);
    expect(figures.parsers.length).toBeGreaterThan(13);
    for (const { name, read, largestBytes, slowestMs } of figures.parsers) {
      // A parser that accepts no input would make the test meaningless.
      if (name !== "initializer.bin") expect(read, name).toBeGreaterThan(0);
      else expect(read, name).toBe(0);
      expect(largestBytes, name).toBeLessThan(2 ** 26);
      expect(slowestMs, name).toBeLessThan(10_000);
    }
  });
});
