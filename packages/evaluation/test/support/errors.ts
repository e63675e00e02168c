import { type ErrorCode, isWellbegunError } from "@wellbegun/core";
import { expect } from "vitest";

/** Runs `work` and expects a WellbegunError of this code whose message holds every part. */
export async function expectRefusal(
  work: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<void> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (!isWellbegunError(thrown)) throw new Error("expected a WellbegunError", { cause: thrown });
  expect(thrown.code).toBe(code);
  for (const part of parts) expect(thrown.message).toContain(part);
}
