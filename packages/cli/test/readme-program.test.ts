/** The program that core's README opens with, run beside a dataset as the README describes it, on a real PostgreSQL. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { expect, it } from "vitest";
import { describeWithPeers, leaveOut, linkPeers, loadPeer } from "../../adapters/test/node-peers.ts";
import { startPostgres, whyNoPostgres } from "../../adapters/test/postgres.ts";
import { temporaryFolder } from "./support/files.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const extract = (await import(pathToFileURL(join(root, "tools/examples/extract.mjs")).href)) as {
  examplesOfMarkdown(markdown: string, file: string): { readonly code: string }[];
  expectedOutput(code: string): string[];
  firstMissing(expected: string[], output: string): string | undefined;
};

interface Pg {
  readonly Client: new (options: {
    connectionString: string;
  }) => { connect(): Promise<void>; query(text: string): Promise<unknown>; end(): Promise<void> };
}

/** A folder of a user who has installed the packages: the dataset, and the modules. */
function userFolder(): string {
  const folder = temporaryFolder();
  const modules = join(folder, "node_modules");
  linkPeers(modules, ["pg"]);
  mkdirSync(join(modules, "@wellbegun"));
  for (const name of ["core", "adapters", "evaluation"]) {
    symlinkSync(join(root, "packages", name), join(modules, "@wellbegun", name), "junction");
  }
  const shop = join(folder, "shop");
  mkdirSync(shop);
  const rows = [
    "ann jam 0",
    "ann tea 0",
    "ann oil 1",
    "bob oil 0",
    "bob rye 0",
    "bob tea 2",
    "cid jam 0",
    "cid tea 1",
  ];
  const lines = ["userID itemID x_label", ...rows].map((line) => line.replaceAll(" ", "\t"));
  writeFileSync(join(shop, "shop.inter"), `${lines.join("\n")}\n`);
  writeFileSync(join(shop, "item_ids.txt"), "jam\ntea\noil\nrye\n");
  const image = Float32Array.of(1, 0, 0, 0.9, 0.2, 0, 0, 1, 0.3, 0, 0.8, 1);
  writeFileSync(join(shop, "image_feat.npy"), encodeNpy(image, [4, 3]));
  return folder;
}

if (whyNoPostgres !== undefined) leaveOut("the program of core's README", whyNoPostgres);
else {
  describeWithPeers("The program of core's README", ["pg"], () => {
    it("prints what it states", async () => {
      const page = readFileSync(join(root, "packages/core/README.md"), "utf8");
      const { code } = extract.examplesOfMarkdown(page, "README.md")[0]!;
      const folder = userFolder();
      writeFileSync(join(folder, "program.mjs"), code);
      const { Client } = loadPeer<Pg>("pg");
      const server = await startPostgres();
      const execute = async (connectionString: string, statement: string): Promise<void> => {
        const client = new Client({ connectionString });
        await client.connect();
        await client.query(statement);
        await client.end();
      };
      // A database of its own, since the server may be one that has others.
      const database = `wellbegun_test_${randomBytes(4).toString("hex")}`;
      const url = new URL(server.url);
      url.pathname = database;
      try {
        await execute(server.url, `CREATE DATABASE ${database}`);
        await execute(url.href, "CREATE EXTENSION vector");
        const env = { ...process.env, DATABASE_URL: url.href };
        const run = promisify(execFile)(process.execPath, ["program.mjs"], { cwd: folder, env });
        const expected = extract.expectedOutput(code);
        expect(expected.length).toBe(6);
        expect(extract.firstMissing(expected, (await run).stdout)).toBeUndefined();
      } finally {
        await execute(server.url, `DROP DATABASE IF EXISTS ${database}`);
        await server.stop();
      }
    });
  });
}
