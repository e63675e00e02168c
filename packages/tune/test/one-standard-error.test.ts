import { expect, it } from "vitest";
import { isWithinOneStandardError } from "../src/untrained/one-standard-error.ts";

it("A candidate within one standard error of the paired differences is no better", () => {
  // Differences 1, 0, 0, 0: mean 1/4, deviation sqrt(3)/4, standard error sqrt(3)/8 = 0.2165.
  expect(isWithinOneStandardError(Float64Array.of(1, 0, 0, 0), new Float64Array(4))).toBe(false);
  // Differences 1, -1/2, 0, 0: mean 1/8, standard error 0.272.
  expect(isWithinOneStandardError(Float64Array.of(1, 0, 0, 0), Float64Array.of(0, 0.5, 0, 0))).toBe(true);
  expect(isWithinOneStandardError(Float64Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5))).toBe(true);
  // The same gain of all users has no error.
  expect(isWithinOneStandardError(Float64Array.of(0.6, 0.6), Float64Array.of(0.5, 0.5))).toBe(false);
});
