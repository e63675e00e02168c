import { type ErrorCode, isWellbegunError, type WellbegunError } from "@wellbegun/core";
import { expect } from "vitest";

/** Runs `work`, expects a {@link WellbegunError} of this code whose message holds every part, and returns it. */
export async function expectRefusal(
  work: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<WellbegunError> {
  const error = await caught(work);
  if (!isWellbegunError(error)) {
    const found = error === undefined ? "no error" : String(error);
    throw new Error(`expected a WellbegunError, found ${found}`, { cause: error });
  }
  for (const part of parts) expect(error.message).toContain(part);
  expect(error.code).toBe(code);
  return error;
}

/** The error that `work` throws or rejects with, or undefined. */
export async function caught(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}
