import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeWithPeers, linkPeers } from "./node-peers.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const peers = [
  "@lancedb/lancedb",
  "@qdrant/js-client-rest",
  "pg",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-layers",
];

// What a user writes; types of our own that no longer fit the real ones would pass every other test.
const consumer = `import * as lancedb from "@lancedb/lancedb";
import { QdrantClient } from "@qdrant/js-client-rest";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import pg from "pg";
import { arrayVectors } from "ROOT/src/bundle/index.ts";
import { writeLancedb } from "ROOT/src/stores/lancedb.ts";
import { writePgvector } from "ROOT/src/stores/pgvector.ts";
import { writeQdrant } from "ROOT/src/stores/qdrant.ts";
import { loadVectors, tableInitializer } from "ROOT/src/tfjs/index.ts";

const vectors = arrayVectors("users", { data: new Float32Array(6), rows: 2, columns: 3 });
await writeLancedb(await lancedb.connect("data"), vectors, { table: "users", makeArrowTable: lancedb.makeArrowTable });
await writeQdrant(new QdrantClient({ url: "http://localhost:6333" }), vectors, { alias: "users" });
await writePgvector(new pg.Client(), vectors, { table: "users" });
await writePgvector(new pg.Pool(), vectors, { table: "users" });
await writePgvector(await new pg.Pool().connect(), vectors, { table: "users" });
const model = layers.sequential();
await loadVectors(core, { model, name: "users" }, vectors);
await loadVectors(core, model.getLayer("users"), vectors);
const embeddingsInitializer = await tableInitializer({ ...core, ...layers }, vectors);
model.add(layers.layers.embedding({ inputDim: 2, outputDim: 3, embeddingsInitializer }));
// @ts-expect-error Qdrant's client is no connection of LanceDB
await writeLancedb(new QdrantClient({}), vectors, { table: "users", makeArrowTable: lancedb.makeArrowTable });
// @ts-expect-error a connection of LanceDB is no client of pg
await writePgvector(await lancedb.connect("data"), vectors, { table: "users" });
`;

describeWithPeers("The declared types of clients", peers, () => {
  it("accept the real clients under strict type checking", () => {
    const folder = mkdtempSync(join(tmpdir(), "wellbegun-peer-types-"));
    try {
      linkPeers(join(folder, "node_modules"), peers);
      writeFileSync(join(folder, "consumer.ts"), consumer.replaceAll("ROOT", root.replace(/[\\/]$/, "")));
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        module: "NodeNext",
        target: "ES2022",
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        types: ["node"],
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
      );
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
      expect(compile(join(dirname(compiler), "bin", "tsc"), folder)).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** What the compiler prints; nothing if all is well. */
function compile(compiler: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
