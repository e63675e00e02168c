/** The JavaScript programs of the guides, and a reader's folder to run them in: a bundle and the packages. */
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { denseFeatures, fit, interactionsFromArrays } from "@wellbegun/core";
import { writeTables } from "../src/node/index.ts";
import { linkPeers } from "./node-peers.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What finds examples in the documentation, and what they say they print. */
const extract = (await import(pathToFileURL(join(root, "tools/examples/extract.mjs")).href)) as {
  examplesOfMarkdown(markdown: string, file: string): Program[];
  expectedOutput(code: string): string[];
  firstMissing(expected: string[], output: string): string | undefined;
};

/** A program of a guide. */
export interface Program {
  /** File and line. */
  readonly place: string;
  readonly code: string;
}

/** The programs of a page in docs/guides. */
export function programsOf(guide: string): Program[] {
  return programsIn(`docs/guides/${guide}.md`);
}

/** The programs of a page of documentation, by its path in the repository. */
export function programsIn(file: string): Program[] {
  return extract.examplesOfMarkdown(readFileSync(join(root, file), "utf8"), file);
}

/**
 * Runs a program beside a bundle.
 *
 * @returns The first line that it says it prints and does not; undefined if it prints them all.
 */
export async function missingOutput(
  folder: string,
  code: string,
  peers: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const modules = join(folder, "node_modules");
  const template = join(folder, "template");
  if (!existsSync(modules)) {
    linkPeers(modules, peers);
    mkdirSync(join(modules, "@wellbegun"));
    for (const name of ["core", "adapters"]) {
      symlinkSync(join(root, "packages", name), join(modules, "@wellbegun", name), "junction");
    }
    mkdirSync(template);
    await writeReader(template);
  }
  const reader = mkdtempSync(join(folder, "reader-"));
  cpSync(template, reader, { recursive: true });
  writeFileSync(join(reader, "program.mjs"), code);
  const options = { cwd: reader, env: { ...process.env, ...environment } };
  const { stdout } = await promisify(execFile)(process.execPath, ["program.mjs"], options);
  return extract.firstMissing(extract.expectedOutput(code), stdout);
}

/** What the guides' commands make, from data of the same sizes. */
async function writeReader(reader: string): Promise<void> {
  const [userCount, itemCount] = [200, 120];
  const users = Uint32Array.from({ length: 1000 }, (_, e) => e % userCount);
  const items = Uint32Array.from(
    { length: 1000 },
    (_, e) => (e * 7 + Math.floor(e / userCount) * 11) % itemCount,
  );
  const values = Float32Array.from({ length: itemCount * 20 }, (_, i) => Math.sin(i * 12.9898));
  await writeColumnFiles(reader, users, items, values);
  const image = denseFeatures(values, itemCount, 20);
  const interactions = interactionsFromArrays({ users, items, userCount, itemCount });
  const fitted = await fit({ train: interactions, features: { image } }, { dim: 16, restarts: 1 });
  await writeTables(join(reader, "bundle"), {
    tables: [
      { name: "users", ...fitted.users },
      { name: "items", ...fitted.items },
    ],
    manifest: { seed: 999 },
    attachments: { "initializer.bin": fitted.initializer!.toBytes() },
  });
}

/** The same data as two Parquet files of a log and a file of items, with text as IDs. */
async function writeColumnFiles(
  reader: string,
  users: Uint32Array,
  items: Uint32Array,
  values: Float32Array,
): Promise<void> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const text = (name: string, kind: string, rows: Iterable<number>) => ({
    name,
    type: "STRING" as const,
    data: Array.from(rows, (row) => `${kind} ${row}`),
  });
  const write = (path: string, columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]): void =>
    writeFileSync(join(reader, path), new Uint8Array(parquetWriteBuffer({ columnData })));
  mkdirSync(join(reader, "log"));
  for (const [part, from] of [0, 500].entries()) {
    const own = (rows: Uint32Array): Uint32Array => rows.subarray(from, from + 500);
    write(`log/${part}.parquet`, [text("user", "user", own(users)), text("item", "item", own(items))]);
  }
  const rows = Array.from({ length: values.length / 20 }, (_, row) => row);
  write("items.parquet", [
    text("item", "item", rows),
    { name: "image", data: rows.map((row) => [...values.subarray(row * 20, (row + 1) * 20)]) },
  ]);
}
