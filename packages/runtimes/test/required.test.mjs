import { describe, expect, it } from "vitest";
import { requiredRuntimes, selected } from "../required.mjs";

const names = ["node20", "deno", "bun"];

describe("requiredRuntimes", () => {
  it.each([
    [{}, []],
    [{ CI: "" }, []],
    [{ CI: "false" }, []],
    [{ CI: "true" }, names],
    [{ WELLBEGUN_REQUIRED_RUNTIMES: "deno, bun" }, ["deno", "bun"]],
    [{ WELLBEGUN_REQUIRED_RUNTIMES: "all" }, names],
    [{ CI: "true", WELLBEGUN_REQUIRED_RUNTIMES: "deno" }, ["deno"]],
    [{ CI: "true", WELLBEGUN_REQUIRED_RUNTIMES: "" }, []],
  ])("%j requires %j", (env, expected) => {
    expect(requiredRuntimes(env, names)).toEqual(expected);
  });

  it("refuses a name that no runtime has, since nobody would notice that it requires nothing", () => {
    expect(() => requiredRuntimes({ WELLBEGUN_REQUIRED_RUNTIMES: "deno,nodejs" }, names)).toThrow(/"nodejs"/);
  });
});

describe("selected", () => {
  it("is all without names, else the reference and those named", () => {
    expect(selected([], names)).toEqual(names);
    expect(selected(["bun"], names)).toEqual(["node20", "bun"]);
    expect(() => selected(["safari"], names)).toThrow(/"safari"/);
  });
});
