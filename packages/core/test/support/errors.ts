import { expect } from "vitest";
import { type ErrorCode, isWellbegunError, type WellbegunError } from "../../src/index.ts";

/** Runs `work`, expects a {@link WellbegunError} of this code whose message holds every part, and returns it. */
export async function expectRefusal(
  work: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<WellbegunError> {
  const error = await caught(work);
  if (!isWellbegunError(error)) throw new Error("expected a WellbegunError", { cause: error });
  expect(error.code).toBe(code);
  for (const part of parts) expect(error.message).toContain(part);
  return error;
}

/** What `work` throws or rejects with; undefined if it does neither. */
export async function caught(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A value as it comes from a JavaScript program, which no compiler has checked. */
export function unchecked<T>(value: unknown): T {
  return value as T;
}
