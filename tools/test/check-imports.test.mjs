import { describe, expect, it } from "vitest";
import { importsOf, refusal } from "../check-imports.mjs";

const workspace = new Set(["@wellbegun/core", "@wellbegun/adapters", "@wellbegun/backend-x", "wellbegun"]);

/** @param {string} path @param {Record<string, string>} [dependencies] */
function owner(path, dependencies = {}) {
  const manifest = { name: path, version: "0.0.0", dependencies };
  return { name: path, path, folder: `/repository/${path}`, manifest };
}

describe("importsOf", () => {
  it("finds every form of import with its line, and nothing in comments", () => {
    const source = [
      "/**",
      ' * import { wrong } from "in-a-docstring";',
      " */",
      'import { a } from "./a.ts";',
      "import type {",
      "  B,",
      '} from "b";',
      'export { c } from "@scope/c/sub";',
      'export * from "d"; // import "in-a-comment"',
      'import "e";',
      'const f = await import("f");',
      'const url = "https://example.org"; export const from = "not-an-import";',
    ].join("\n");
    expect(importsOf(source)).toEqual([
      { name: "./a.ts", line: 4 },
      { name: "b", line: 7 },
      { name: "@scope/c/sub", line: 8 },
      { name: "d", line: 9 },
      { name: "e", line: 10 },
      { name: "f", line: 11 },
    ]);
  });
});

it("importsOf finds imports without spaces, several on a line, and no other uses of the words", () => {
  const minified = `import{a}from"a";import*as b from"b";import"c";import d,{e as f}from"d";export*from"e";export{g}from"f";`;
  expect(importsOf(minified).map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e", "f"]);
  const others = `export const from = "a";\nexport function f(x = "b") {}\nexport type T = { from: "c" };\nconst { important } = "d";`;
  expect(importsOf(others)).toEqual([]);
});

describe("The rule of imports:", () => {
  it.each([
    ["packages/core", "src/a.ts", "./b.ts"],
    ["packages/core", "src/stages/a.ts", "../b.ts"],
    ["packages/adapters", "src/a.ts", "@wellbegun/core"],
    ["packages/adapters", "src/node/a.ts", "node:fs/promises"],
    ["packages/backend-x", "src/a.ts", "@wellbegun/core"],
    ["packages/cli", "src/a.ts", "node:path"],
  ])("%s, %s may import %s", (path, file, name) => {
    expect(refusal(owner(path, { "@wellbegun/core": "0.0.0" }), file, name, workspace)).toBeUndefined();
  });

  it.each([
    ["packages/core", "src/a.ts", "node:fs", /node:/],
    ["packages/core", "src/a.ts", "left-pad", /no dependencies/],
    ["packages/core", "src/a.ts", "@wellbegun/adapters", /one-way/],
    ["packages/core", "src/a.ts", "../../adapters/src/a.ts", /out of its package/],
    ["packages/backend-x", "src/a.ts", "@wellbegun/adapters", /one-way/],
    ["packages/adapters", "src/a.ts", "node:fs", /below src\/node/],
    ["packages/adapters", "src/a.ts", "wellbegun", /one-way/],
    ["packages/adapters", "src/a.ts", "hyparquet", /not declared/],
    ["packages/cli", "src/a.ts", "@wellbegun/adapters/npy", /not declared/],
    ["packages/unheard-of", "src/a.ts", "node:fs", /no rule/],
  ])("%s, %s may not import %s", (path, file, name, why) => {
    expect(refusal(owner(path, { "@wellbegun/core": "0.0.0" }), file, name, workspace)).toMatch(why);
  });
});
