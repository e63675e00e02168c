import { describe, expect, it } from "vitest";
import { examplesOfMarkdown, examplesOfSource, expectedOutput, firstMissing } from "../examples/extract.mjs";

const fence = "```";

describe("examplesOfMarkdown", () => {
  it("takes TypeScript fences with their line, and says why it leaves one out", () => {
    const page = [
      "# Title",
      `${fence}ts`,
      'import { a } from "a";',
      fence,
      `${fence}ts ignore`,
      'import { b } from "b";',
      fence,
      `${fence}sh`,
      "npx wellbegun",
      fence,
      `${fence}ts`,
      "const c = 1;",
      fence,
      `${fence}js`,
      'import { d } from "d";',
      fence,
      `${fence}json`,
      "{}",
      fence,
    ].join("\n");
    expect(examplesOfMarkdown(page, "README.md")).toEqual([
      { place: "README.md:2", code: 'import { a } from "a";\n', left: undefined },
      { place: "README.md:5", code: 'import { b } from "b";\n', left: "marked ignore" },
      { place: "README.md:11", code: "const c = 1;\n", left: expect.stringContaining("imports nothing") },
      { place: "README.md:14", code: 'import { d } from "d";\n', left: undefined },
    ]);
  });
});

describe("examplesOfSource", () => {
  it("takes the fences below @example and strips the stars", () => {
    const source = [
      "export const x = 1;",
      "",
      "/**",
      " * Says something.",
      " *",
      " * @example",
      ` * ${fence}ts`,
      ' * import { a } from "a";',
      " *",
      " * if (a) {",
      " *   console.log(a);",
      " * }",
      ` * ${fence}`,
      " */",
      "export const a = 1;",
      "/** No example. */",
      "export const b = 1;",
    ].join("\n");
    expect(examplesOfSource(source, "src/a.ts")).toEqual([
      {
        place: "src/a.ts:7",
        code: 'import { a } from "a";\n\nif (a) {\n  console.log(a);\n}\n',
        left: undefined,
      },
    ]);
  });
});

describe("expectedOutput", () => {
  it("reads comments behind and directly below console.log, and no others", () => {
    const code = [
      "// An explanation.",
      "console.log(1); // 1",
      "const a = 2; // not output",
      "console.log(a);",
      "// => 2",
      "// and more",
      "",
      "// Another explanation.",
      "console.log(",
      "  a,",
      ");",
      "// Expected output: 2",
      "console.log(a);",
      "const b = 3;",
      "// Not output either.",
      "  console.log(a + b); // → 5",
    ].join("\n");
    expect(expectedOutput(code)).toEqual(["1", "2", "and more", "2", "5"]);
  });
});

describe("firstMissing", () => {
  it("wants the lines in their order, with others between, and takes an ellipsis for any text", () => {
    expect(firstMissing(["a", "recall 0.2…"], "a\nnoise\nrecall 0.2134\n")).toBeUndefined();
    expect(firstMissing(["b", "a"], "a\nb\n")).toBe("a");
    expect(firstMissing(["a", "a"], "a\n")).toBe("a");
    expect(firstMissing(["recall 0.3…"], "recall 0.2134")).toBe("recall 0.3…");
    expect(firstMissing(["[ 1. ]"], "[ 10 ]")).toBe("[ 1. ]");
  });
});
