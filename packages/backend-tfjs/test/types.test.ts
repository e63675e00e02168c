import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { findPeer, tensorFlowFor } from "./support/peers.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

// A copy of the types in this package would pass every other test and fail strict users.
it.skipIf(tensorFlowFor("cpu") === undefined)(
  "The real module has the declared types under strict checking",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "wellbegun-tfjs-types-"));
    try {
      const scope = join(folder, "node_modules", "@tensorflow");
      mkdirSync(scope, { recursive: true });
      symlinkSync(packageFolder("@tensorflow/tfjs-core"), join(scope, "tfjs-core"));
      writeFileSync(
        join(folder, "consumer.ts"),
        `import * as tf from "@tensorflow/tfjs-core";
import { tfjs } from ${JSON.stringify(join(root, "src/index.ts"))};
export const backend = await tfjs({ tf, backend: "cpu" });
// @ts-expect-error a module without operations is none
await tfjs({ tf: { getBackend: tf.getBackend } });
`,
      );
      const options = {
        strict: true,
        exactOptionalPropertyTypes: true,
        module: "NodeNext",
        target: "ES2022",
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        types: [],
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }),
      );
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
      const output = run(join(dirname(compiler), "bin", "tsc"), folder);
      expect(output).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** What the compiler prints; nothing if all is well. */
function run(compiler: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

function packageFolder(name: string): string {
  const main = findPeer(name)!;
  return main.slice(0, main.lastIndexOf(name) + name.length);
}
