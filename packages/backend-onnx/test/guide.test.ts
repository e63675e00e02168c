/** The ONNX program of the guide to JavaScript models, as it stands there, beside a bundle and a model. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeTables } from "@wellbegun/adapters/node";
import { expect, it } from "vitest";
import { modelOf } from "./support/onnx-models.ts";
import { peerFor } from "./support/peers.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const file = "docs/guides/javascript-models.md";
const extract = (await import(pathToFileURL(join(root, "tools/examples/extract.mjs")).href)) as {
  examplesOfMarkdown(markdown: string, file: string): { readonly code: string }[];
  expectedOutput(code: string): string[];
  firstMissing(expected: string[], output: string): string | undefined;
};
const programs = extract
  .examplesOfMarkdown(readFileSync(join(root, file), "utf8"), file)
  .filter(({ code }) => code.includes("@wellbegun/backend-onnx"));

const runtime = await peerFor("the guide's ONNX program", "onnxruntime-node");
if (runtime !== undefined) {
  it("prints what it states", async () => {
    expect(programs).toHaveLength(1);
    const folder = mkdtempSync(join(tmpdir(), "wellbegun-onnx-guide-"));
    try {
      const modules = join(folder, "node_modules");
      mkdirSync(join(modules, "@wellbegun"), { recursive: true });
      for (const name of ["core", "adapters", "backend-onnx"]) {
        symlinkSync(join(root, "packages", name), join(modules, "@wellbegun", name), "junction");
      }
      linkPeer(modules, "onnxruntime-node");
      const data = Float32Array.from({ length: 200 * 16 }, (_, i) => Math.sin(i));
      await writeTables(join(folder, "bundle"), {
        tables: [{ name: "users", rows: 200, columns: 16, data }],
        manifest: { seed: 999 },
      });
      const embed = { name: "embed", dims: [200, 16], values: Array.from({ length: 200 * 16 }, Math.cos) };
      const gather = { operator: "Gather", inputs: ["embed", "rows"], output: "out" };
      writeFileSync(join(folder, "model.onnx"), modelOf([embed], [gather]));
      const { code } = programs[0]!;
      writeFileSync(join(folder, "program.mjs"), code);
      const output = execFileSync(process.execPath, ["program.mjs"], { cwd: folder, encoding: "utf8" });
      expect(extract.firstMissing(extract.expectedOutput(code), output)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Makes a peer visible in a folder of modules, from the repository or from the folder that WELLBEGUN_PEERS names. */
function linkPeer(modules: string, name: string): void {
  for (const place of [import.meta.url, join(process.env.WELLBEGUN_PEERS ?? root, "package.json")]) {
    try {
      const found = dirname(createRequire(place).resolve(`${name}/package.json`));
      symlinkSync(found, join(modules, name), "junction");
      return;
    } catch {}
  }
}
