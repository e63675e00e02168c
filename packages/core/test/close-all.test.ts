import { expect, it } from "vitest";
import { closeAll, whileOpen } from "../src/close-all.ts";

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

it("closes what work has opened, the last first, and hands on the work's result", async () => {
  const closed: string[] = [];
  const result = await whileOpen(async (onClose) => {
    for (const name of ["a", "b"]) onClose(() => void closed.push(name));
    expect(closed).toEqual([]);
    return 7;
  });
  expect(result).toBe(7);
  expect(closed).toEqual(["b", "a"]);
});

it("throws the work's error where closing fails as well, and the closing's where the work succeeds", async () => {
  const closed: string[] = [];
  const work = (fails: boolean) =>
    whileOpen(async (onClose) => {
      onClose(() => void closed.push("a"));
      onClose(async () => {
        throw new Error("b stays open");
      });
      if (fails) throw new Error("the device is lost");
    });
  await expect(work(true)).rejects.toThrow("the device is lost");
  await expect(work(false)).rejects.toThrow("b stays open");
  expect(closed).toEqual(["a", "a"]);
});
