import { expect, it } from "vitest";
import { closeAll } from "../src/close-all.ts";

it("closes everything in order where some of it fails, and throws the first error", async () => {
  const closed: string[] = [];
  const closers = ["a", "b", "c", "d"].map((name) => async () => {
    closed.push(name);
    if (name === "b" || name === "c") throw new Error(`${name} stays open`);
  });
  await expect(closeAll(closers)).rejects.toThrow("b stays open");
  expect(closed).toEqual(["a", "b", "c", "d"]);
  await closeAll([]);
});
