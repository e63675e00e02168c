import { expect, it } from "vitest";
import { LargeMap } from "../src/data/large-map.ts";

it("a map in parts finds every key, and lists the keys in the order in which they were added", () => {
  const map = new LargeMap<string, number>(3);
  const keys = Array.from({ length: 10 }, (_, i) => `key ${(7 * i) % 10}`);
  for (const [value, key] of keys.entries()) map.set(key, value);
  expect(map.size).toBe(10);
  expect([...map.keys()]).toEqual(keys);
  expect(keys.map((key) => map.get(key))).toEqual(keys.map((_, value) => value));
  expect(map.get("another")).toBeUndefined();
});
