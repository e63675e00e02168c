import { WellbegunError } from "@wellbegun/core";

/** What JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * `value` with the keys of every object ascending, so that equal content gives equal text.
 *
 * @param place What to call the value in errors, such as "manifest".
 * @throws {WellbegunError} `invalid-option` if it holds values that JSON would silently drop or change: NaN and
 * infinities, bigints, functions, typed arrays, maps. An undefined property is omitted.
 */
export function stableJson(value: unknown, place: string): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((entry, i) => stableJson(entry, `${place}[${i}]`));
  if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, entry]) => [key, stableJson(entry, `${place}.${key}`)]));
  }
  const found =
    typeof value === "object" ? Object.prototype.toString.call(value) : `${typeof value} ${String(value)}`;
  throw new WellbegunError("invalid-option", {
    doing: "writing JSON",
    expected: "text, finite numbers, booleans, null, arrays and plain objects",
    found,
    at: place,
  });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
