import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readBundle, writeTables } from "../src/node/index.ts";
import { snapshot, temporaryFolder } from "./helpers.ts";

const root = temporaryFolder();
const packageFolder = join(import.meta.dirname, "..");

/** A process that writes a bundle without end, says "writing" in the middle, and handles SIGINT as `handler` says. */
const writer = (handler: string): string => `
  import { discardUnfinished, writeTables } from "@wellbegun/adapters/node";
  const controller = new AbortController();
  ${handler}
  async function* blocks() {
    for (let n = 0; ; n++) {
      yield new Float32Array(1000).fill(n);
      if (n === 3) process.stdout.write("writing");
      if (n > 3) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const tables = [{ name: "users", rows: 1e6, columns: 1000, blocks: blocks() }];
  await writeTables(process.argv[1], { tables, signal: controller.signal }).catch((error) => {
    process.stderr.write(error.code);
    process.exitCode = 130;
  });
`;

async function interrupted(
  script: string,
  out: string,
  signal: NodeJS.Signals,
): Promise<[number | null, string]> {
  const args = ["--input-type=module", "-e", script, out];
  const child = spawn(process.execPath, args, { cwd: packageFolder, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return [child.exitCode, errors];
}

async function earlierBundle(): Promise<string> {
  const out = join(mkdtempSync(join(root, "case-")), "out");
  await writeTables(out, { tables: [{ name: "users", rows: 2, columns: 1, data: Float32Array.of(1, 2) }] });
  return out;
}

describe("Ctrl-C while a bundle is written", () => {
  beforeAll(() => {
    if (!existsSync(join(packageFolder, "dist/node/index.js")))
      throw new Error("build the package first: npx tsc -b");
  });

  it("leaves the old bundle and nothing else when the signal is aborted", async () => {
    const out = await earlierBundle();
    const before = snapshot(out);
    const script = writer(`process.on("SIGINT", () => controller.abort());`);
    expect(await interrupted(script, out, "SIGINT")).toEqual([130, "aborted"]);
    expect(snapshot(out)).toEqual(before);
    expect(readdirSync(join(out, ".."))).toEqual(["out"]);
  });

  it("leaves nothing in a new place, parents included, when the process exits at once", async () => {
    const base = mkdtempSync(join(root, "case-"));
    const script = writer(`process.on("SIGINT", () => { discardUnfinished(); process.exit(131); });`);
    expect(await interrupted(script, join(base, "deep/out"), "SIGINT")).toEqual([131, ""]);
    expect(readdirSync(base)).toEqual([]);
  });

  it("leaves the old bundle whole even when the process is killed, and the next run replaces it", async () => {
    const out = await earlierBundle();
    const before = snapshot(out);
    expect(await interrupted(writer(""), out, "SIGKILL")).toEqual([null, ""]);
    expect(snapshot(out)).toEqual(before);
    await writeTables(out, { tables: [{ name: "users", rows: 1, columns: 1, data: Float32Array.of(3) }] });
    expect((await readBundle(out)).userCount).toBe(1);
  });
});
