import { describe, expect, it } from "vitest";
import { fileProblems, linkProblems, lockProblems, readmeProblems } from "../check-repo.mjs";

describe("fileProblems", () => {
  // Put together here, so that this file does not hold what it tests for.
  const slash = "/";
  const check = (/** @type {string} */ text) => fileProblems("docs/page.md", Buffer.from(text));

  it.each([
    `read ${slash}work/shared/data`,
    `"${slash}root/.npmrc"`,
    `cd ${slash}home/someone/repo`,
    `(${slash}Users/someone/repo)`,
    `C:${"\\"}Users${"\\"}someone`,
  ])("finds a machine path in %s", (text) => {
    expect(check(`first line\n${text}\n`)).toEqual([
      expect.stringMatching(/^docs\/page\.md:2: a path of one machine/),
    ]);
  });

  it.each([
    "network/work/items",
    "https://example.org/work/items",
    "./work/items",
    "the work/life balance",
    "/root",
  ])("leaves %s alone", (text) => {
    expect(check(text)).toEqual([]);
  });

  it("refuses generated and large files, and weights", () => {
    const small = Buffer.from("text");
    expect(fileProblems("packages/core/dist/index.js", small)).toHaveLength(1);
    expect(fileProblems("packages/core/src/binary.generated.ts", small)).toHaveLength(1);
    expect(fileProblems("examples/model.onnx", small)).toHaveLength(1);
    expect(fileProblems("packages/core/src/distance.ts", small)).toEqual([]);
    expect(fileProblems("docs/picture.png", Buffer.alloc(500 * 1024 + 1))).toHaveLength(1);
    expect(fileProblems("docs/picture.png", Buffer.alloc(500 * 1024))).toEqual([]);
  });
});

describe("lockProblems", () => {
  it("refuses an entry that names where it came from, but not a link to a workspace package", () => {
    const packages = {
      "node_modules/a": { resolved: "https://registry.example.org/a/-/a-1.0.0.tgz" },
      "node_modules/b": {},
      "node_modules/@wellbegun/core": { resolved: "packages/core" },
    };
    expect(lockProblems({ packages })).toEqual([expect.stringContaining("node_modules/a")]);
  });

  it("refuses a lock file without the binaries of another platform", () => {
    const optionalDependencies = { "@a/linux": "1.0.0", "@a/darwin": "1.0.0" };
    const packages = {
      "node_modules/a": { optionalDependencies },
      "node_modules/a/node_modules/@a/linux": {},
    };
    expect(lockProblems({ packages })).toEqual([expect.stringContaining("@a/darwin")]);
  });
});

describe("readmeProblems", () => {
  it("refuses a README of the root with more than 120 lines", () => {
    const lines = (/** @type {number} */ count) => `${"line\n".repeat(count)}`;
    expect(readmeProblems("README.md", lines(120))).toEqual([]);
    expect(readmeProblems("README.md", lines(121))).toEqual([expect.stringContaining("121 lines")]);
  });

  it("wants the use of a package before its tables, lists and sections", () => {
    const path = "packages/core/README.md";
    expect(readmeProblems(path, "# core\n\nWhat it is.\n\n```sh\nnpm install\n```\n\n## More\n")).toEqual([]);
    for (const first of ["| a | b |", "- a list", "## A section"]) {
      expect(readmeProblems(path, `# core\n\n${first}\n\n\`\`\`sh\nnpm install\n\`\`\`\n`)).toEqual([
        expect.stringContaining(`${path}:3`),
      ]);
    }
  });
});

describe("linkProblems", () => {
  const known = new Set(["docs", "docs/tune.md", "packages/core/README.md", "packages/core", "packages"]);
  const check = (/** @type {string} */ text) => linkProblems("docs/start.md", text, known);

  it.each([
    "[tune](tune.md), [twice](tune.md#budget) and [elsewhere](https://example.org/)",
    "[core](../packages/core), [core](../packages/core/), [here](#next)",
    "`[code](nothing.md)`\n\n```md\n[code](nothing.md)\n```",
  ])("takes %j", (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each(["nothing.md", "reference/command-line.md", "/reference/api/", "../README.md"])(
    "refuses a link to %s",
    (link) => {
      expect(check(`first\n[a](tune.md) and [b](${link})\n`)).toEqual([
        expect.stringContaining(`docs/start.md:2: the link ${link}`),
      ]);
    },
  );
});
