import { describe, expect, it } from "vitest";
import { isWellbegunError, WellbegunError } from "../src/index.ts";
import { createRandom, throwIfAborted } from "../src/support.ts";
import { expectRefusal } from "./support/errors.ts";
import { mean } from "./support/tables.ts";

describe("An error", () => {
  const cause = new Error("no such file");
  const error = new WellbegunError("io", {
    doing: "reading a file",
    expected: "a file",
    found: "nothing",
    at: "a.npy",
    hint: "Look elsewhere.",
    cause,
  });

  it("states the action, what was expected and found, the place, and a hint", () => {
    expect(error.message).toBe("Reading a file: expected a file, found nothing (a.npy). Look elsewhere.");
    expect(error).toMatchObject({
      name: "WellbegunError",
      code: "io",
      at: "a.npy",
      hint: "Look elsewhere.",
      cause,
    });
    const plain = new WellbegunError("io", { doing: "reading", expected: "a file", found: "nothing" });
    expect(plain.message).toBe("Reading: expected a file, found nothing.");
    expect("cause" in plain).toBe(false);
  });

  it("is recognized when another copy of the package made it, and other errors are not", () => {
    const foreign = Object.defineProperty(new Error("elsewhere"), Symbol.for("wellbegun.error"), {
      value: true,
    });
    expect([error, foreign].map(isWellbegunError)).toEqual([true, true]);
    expect([cause, null, undefined, "io", { code: "io" }].map(isWellbegunError)).toEqual(
      new Array(5).fill(false),
    );
  });
});

describe("An abort", () => {
  it("throws with the signal's reason, and only when there is one", async () => {
    const signal = { aborted: true, reason: "enough" };
    const thrown = await expectRefusal(() => throwIfAborted({ signal }, "working"), "aborted", "Working");
    expect(thrown.cause).toBe("enough");
    expect(() => throwIfAborted({ signal: { aborted: false } }, "working")).not.toThrow();
    expect(() => throwIfAborted({}, "working")).not.toThrow();
    expect(() => throwIfAborted(undefined, "working")).not.toThrow();
  });
});

describe("Random numbers", () => {
  const draw = (seed: number, stream: string, count: number): number[] => {
    const random = createRandom(seed, stream);
    return Array.from({ length: count }, () => random.uniform());
  };

  it("are the same for a seed and a stream, and differ with either, even in the seed's upper half", () => {
    expect(draw(1, "a", 20)).toEqual(draw(1, "a", 20));
    const streams = [
      draw(1, "a", 4),
      draw(2, "a", 4),
      draw(1, "b", 4),
      draw(1 + 2 ** 32, "a", 4),
      draw(0, "", 4),
    ];
    expect(new Set(streams.flat()).size).toBe(20);
  });

  it("are uniform in [0, 1), and uncorrelated with the next", () => {
    const values = draw(7, "uniform", 50_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // Four standard errors: the variance of a uniform number is 1 / 12.
    const error = 4 / Math.sqrt(50_000);
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(error / Math.sqrt(12));
    const centered = values.map((value) => (value - 1 / 2) * Math.sqrt(12));
    const products = centered.slice(1).map((value, i) => value * centered[i]!);
    expect(Math.abs(mean(products))).toBeLessThan(error);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = values.filter((value) => Math.floor(10 * value) === tenth).length / values.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(error * Math.sqrt(0.09));
    }
  });

  it("that are whole reach every value below the bound equally often", () => {
    const random = createRandom(3, "integers");
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
  });
});
