export { caught, expectRefusal } from "../../../../test-support/refusal.ts";

/** A value as it comes from a JavaScript program, which no compiler has checked. */
export function unchecked<T>(value: unknown): T {
  return value as T;
}
