import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder as folderFor } from "../src/temporary.ts";
import { temporaryFolder } from "./helpers.ts";

describe("A folder of temporary files", () => {
  const parent = temporaryFolder();

  it("is gone when it is removed, and when the process exits without removing it", async () => {
    const folder = await folderFor(parent);
    expect(existsSync(folder.path)).toBe(true);
    await folder.remove();
    await folder.remove();
    expect(readdirSync(parent)).toEqual([]);

    const module = fileURLToPath(new URL("../dist/temporary.js", import.meta.url));
    const program = `const { temporaryFolder } = await import(${JSON.stringify(module)});
      const { path } = await temporaryFolder(${JSON.stringify(parent)});
      (await import("node:fs")).writeFileSync(path + "/file", "content");
      console.log(path);
      process.exit(3);`;
    const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(status).toBe(3);
    expect(stdout).toContain(parent);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("of a killed process is removed by the next, and that of a running one is kept", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const ours = `wellbegun-duckdb-${hostname()}-`;
    const names = [
      `${ours}${pid}-gone`,
      `${ours}${process.ppid}-alive`,
      `wellbegun-duckdb-elsewhere-${pid}-x`,
      "other",
    ];
    for (const name of names) mkdirSync(join(parent, name));
    const folder = await folderFor(parent);
    await folder.remove();
    expect(readdirSync(parent).sort()).toEqual(names.slice(1).sort());
  });
});
