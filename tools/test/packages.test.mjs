import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jsrImports, jsrName, jsrProblems, jsrText, versionText } from "../check-jsr.mjs";
import { contentProblems } from "../packed/contents.mjs";
import { distImportProblems, undeclared } from "../packed/dist-imports.mjs";
import { root, workspacePackages } from "../workspace.mjs";

function manifest() {
  return {
    name: "@wellbegun/a",
    version: "0.1.0",
    license: "Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.12" },
    exports: {
      ".": { types: "./dist/index.d.ts", node: "./dist/entries/index.js", default: "./dist/index.js" },
    },
    dependencies: { "@wellbegun/core": "0.1.0", commander: "^14.0.3" },
  };
}
const files = [
  ...["LICENSE", "README.md", "package.json", "src/index.ts"],
  ...["dist/index.d.ts", "dist/index.js", "dist/entries/index.js"],
];

/** @param {{ manifest?: object, files?: string[] }} changes */
function packed(changes) {
  const owner = {
    name: "a",
    path: "packages/a",
    folder: "",
    manifest: { ...manifest(), ...changes.manifest },
  };
  return { owner, tarball: "", files: changes.files ?? files, unpackedSize: 0 };
}

describe("contentProblems", () => {
  it("accepts a package as it should be", () => {
    expect(contentProblems(packed({}))).toEqual([]);
  });

  it.each([
    ["a missing license", { files: files.filter((file) => file !== "LICENSE") }, "LICENSE"],
    [
      "a missing entry point",
      { files: files.filter((file) => file !== "dist/index.d.ts") },
      "dist/index.d.ts",
    ],
    ["a test", { files: [...files, "src/a.test.ts"] }, "src/a.test.ts"],
    ["a build record", { files: [...files, "dist/.tsbuildinfo"] }, ".tsbuildinfo"],
    ["a built file whose source is gone", { files: [...files, "dist/old.js"] }, "dist/old.js"],
    ["types whose source is gone", { files: [...files, "dist/old.d.ts"] }, "dist/old.d.ts"],
    [
      "a workspace protocol",
      { manifest: { dependencies: { "@wellbegun/core": "workspace:*" } } },
      "workspace:*",
    ],
    ["an install script", { manifest: { scripts: { postinstall: "node evil.js" } } }, "postinstall"],
    [
      "types that do not come first",
      { manifest: { exports: { ".": { default: "./dist/index.js" } } } },
      "types",
    ],
    [
      "an entry point that Node has no files for",
      { manifest: { exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } } },
      "node",
    ],
    ["a pattern", { manifest: { exports: { "./*": "./dist/*.js" } } }, "pattern"],
    ["side effects", { manifest: { sideEffects: true } }, "sideEffects"],
  ])("names %s", (_, changes, word) => {
    expect(contentProblems(packed(changes))).toEqual([expect.stringContaining(word)]);
  });
});

describe("distImportProblems", () => {
  it.each(["./b.js", "node:fs", "fs", "commander", "@wellbegun/core/backend", "@wellbegun/a", "peer/x"])(
    "accepts the import of %s",
    (name) => {
      expect(undeclared({ ...manifest(), peerDependencies: { peer: "1" } }, name)).toBeUndefined();
    },
  );

  it.each(["linkedom", "@observablehq/plot", "commander-x", "@wellbegun/evaluation"])(
    "refuses the import of %s, which the package does not declare",
    (name) => {
      expect(undeclared(manifest(), name)).toContain(name);
    },
  );

  it("names the file and the line, in code and in declarations, and leaves out everything else", () => {
    const folder = mkdtempSync(join(tmpdir(), "wellbegun-dist-"));
    try {
      mkdirSync(join(folder, "dist/bin"), { recursive: true });
      writeFileSync(join(folder, "dist/bin/a.js"), 'import "node:fs";\nconst u = await import("umap-js");\n');
      writeFileSync(join(folder, "dist/a.d.ts"), 'export type { A } from "linkedom";\n');
      const one = packed({ files: ["dist/bin/a.js", "dist/a.d.ts", "dist/a.js.map", "src/a.ts"] });
      one.owner.folder = folder;
      expect(distImportProblems(one)).toEqual([
        expect.stringMatching(/^dist\/bin\/a\.js:2 imports "umap-js"/),
        expect.stringMatching(/^dist\/a\.d\.ts:1 imports "linkedom"/),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("check-jsr", () => {
  const owner = { name: "wellbegun", path: "packages/cli", folder: root, manifest: manifest() };
  const core = { ...owner, name: "@wellbegun/core", path: "packages/core" };

  it("gives every package a scoped name, and its dependencies their registries", () => {
    expect(jsrName(owner)).toBe("@wellbegun/cli");
    expect(jsrName(core)).toBe("@wellbegun/core");
    expect(jsrImports(owner, [owner, core])).toEqual({
      "@wellbegun/core": "jsr:@wellbegun/core@^0.1.0",
      commander: "npm:commander@^14.0.3",
    });
  });

  it("writes a package's version into its src/version.ts", () => {
    const text = '/** As `VERSION = "1"`. */\nexport const VERSION = "0.0.9";\n';
    expect(versionText(core, text)).toBe(text.replace("0.0.9", "0.1.0"));
  });

  it("names each field that differs", () => {
    const jsr = {
      name: "wellbegun",
      version: "0.0.9",
      license: "MIT",
      exports: { "./other": "./src/other.ts" },
      imports: { commander: "npm:commander@^13" },
    };
    const fields = jsrProblems(owner, jsr, [owner, core]).map((problem) => problem.split(": ")[1]);
    expect(fields).toEqual([
      "name",
      "version",
      "license",
      "exports",
      'exports["."]',
      "exports",
      'imports["@wellbegun/core"]',
      'imports["commander"]',
    ]);
  });
});

describe("jsrText", () => {
  // The files in the repository are held to biome's format by the lint.
  it.each(["adapters", "core"])("leaves the jsr.json of %s as it is formatted", (name) => {
    const file = join(root, "packages", name, "jsr.json");
    const text = readFileSync(file, "utf8");
    expect(jsrText(file, JSON.parse(text))).toBe(text);
  });
});

describe("workspacePackages", () => {
  it("finds this repository's packages", () => {
    expect(workspacePackages().map(({ name }) => name)).toContain("@wellbegun/core");
  });
});
