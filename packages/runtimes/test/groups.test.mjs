import { expect, it } from "vitest";
import { groups, groupsNamed, isGroup } from "../groups.mjs";

it("puts core first, and refuses what is no group", () => {
  expect(groupsNamed("onnx,tfjs")).toEqual(["core", "onnx", "tfjs"]);
  expect(groupsNamed("webgpu,core")).toEqual(["core", "webgpu"]);
  expect(() => groupsNamed("tfjs,cuda")).toThrow(/"cuda"/);
  expect(isGroup("toString")).toBe(false);
});

// What crashes is reported under these names.
it.each(Object.entries(groups))("lists the backends of %s as its module does", async (group, names) => {
  const { candidates } = await import(`../backends/${group}.mjs`);
  expect(candidates.map((/** @type {{ name: string }} */ { name }) => name)).toEqual(names);
});
