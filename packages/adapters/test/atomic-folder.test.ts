import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { discardUnfinished, type WriteFolderOptions, writeFolder } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder, writeFiles } from "./helpers.ts";

const root = temporaryFolder();
const place = (): string => mkdtempSync(join(root, "case-"));
const own = async (): Promise<readonly string[]> => ["a.txt", "b.txt"];
const writeNew = (out: string, options: WriteFolderOptions = { own }): Promise<string> =>
  writeFolder(out, options, async (folder) => {
    await writeFile(join(folder, "a.txt"), "new");
    return "done";
  });
/** A folder with an earlier output in it. */
function earlier(files: Readonly<Record<string, string>> = { "a.txt": "old", "b.txt": "old" }): string {
  const out = join(place(), "out");
  mkdirSync(out);
  writeFiles(out, files);
  return out;
}

describe("A folder that is written as a whole", () => {
  it("is put in place, with missing parents, and leaves nothing beside it", async () => {
    const base = place();
    const out = join(base, "deep/er/out");
    expect(await writeNew(out)).toBe("done");
    expect(snapshot(out)).toEqual({ "a.txt": "new" });
    expect(readdirSync(dirname(out))).toEqual(["out"]);
    expect(statSync(out).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  it("replaces an empty folder, and an earlier output as a whole", async () => {
    for (const files of [{}, { "a.txt": "old", "b.txt": "old" }]) {
      const out = earlier(files);
      await writeNew(`${out}/`);
      expect(snapshot(out)).toEqual({ "a.txt": "new" });
      expect(readdirSync(dirname(out))).toEqual(["out"]);
    }
  });

  it("is not visible before it is complete", async () => {
    const out = earlier();
    await writeFolder(out, { own }, async (folder) => {
      await writeFile(join(folder, "a.txt"), "new");
      expect(snapshot(out)).toEqual({ "a.txt": "old", "b.txt": "old" });
    });
    expect(snapshot(out)).toEqual({ "a.txt": "new" });
  });

  it("follows parents that are symbolic links", async () => {
    const base = place();
    mkdirSync(join(base, "real"));
    symlinkSync("real", join(base, "link"));
    await writeNew(join(base, "link/out"));
    expect(snapshot(join(base, "real/out"))).toEqual({ "a.txt": "new" });
    expect(readdirSync(join(base, "real"))).toEqual(["out"]);
  });
});

describe("A folder whose writing fails", () => {
  it("leaves the earlier output as it was and nothing else, created parents included", async () => {
    const fail = (out: string): Promise<void> =>
      writeFolder(out, { own }, async (folder) => {
        await writeFile(join(folder, "a.txt"), "half");
        throw new Error("the source dried up");
      });
    const out = earlier();
    await expect(fail(out)).rejects.toThrow("dried up");
    expect(snapshot(out)).toEqual({ "a.txt": "old", "b.txt": "old" });
    expect(readdirSync(dirname(out))).toEqual(["out"]);
    const base = place();
    await expect(fail(join(base, "deep/er/out"))).rejects.toThrow("dried up");
    expect(readdirSync(base)).toEqual([]);
  });

  it("stops for an aborted signal, before and at the end", async () => {
    const out = earlier();
    const early = AbortSignal.abort(new Error("not today"));
    await expectFailure(() => writeNew(out, { own, signal: early }), "aborted", "aborted signal");
    const controller = new AbortController();
    const late = writeFolder(out, { own, signal: controller.signal }, async (folder) => {
      await writeFile(join(folder, "a.txt"), "new");
      controller.abort();
    });
    await expectFailure(() => late, "aborted");
    expect(snapshot(out)).toEqual({ "a.txt": "old", "b.txt": "old" });
    expect(readdirSync(dirname(out))).toEqual(["out"]);
  });

  it("can be discarded at once from outside", async () => {
    const out = earlier();
    const gates: (() => void)[] = [];
    const running = writeFolder(out, { own }, async (folder) => {
      await writeFile(join(folder, "a.txt"), "half");
      await new Promise<void>((resolve) => gates.push(resolve));
    });
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync(dirname(out))).toHaveLength(2);
    discardUnfinished();
    expect(readdirSync(dirname(out))).toEqual(["out"]);
    gates[0]!();
    await expectFailure(() => running, "io", "nothing there (ENOENT)");
    expect(snapshot(out)).toEqual({ "a.txt": "old", "b.txt": "old" });
  });
});

describe("An output path is refused where it is", () => {
  it("a symbolic link, and the error names the link and its target", async () => {
    const out = earlier();
    const link = join(dirname(out), "link");
    symlinkSync("out", link);
    for (const path of [link, `${link}/`]) {
      await expectFailure(() => writeNew(path), "invalid-option", link, "symbolic link to out");
    }
    const dangling = join(dirname(out), "dangling");
    symlinkSync("/nowhere/at/all", dangling);
    const options = { overwrite: dangling };
    await expectFailure(() => writeNew(dangling, options), "invalid-option", dangling, "/nowhere/at/all");
    expect(snapshot(out)).toEqual({ "a.txt": "old", "b.txt": "old" });
  });

  it("a file, or lies below a file", async () => {
    const file = join(place(), "file");
    writeFileSync(file, "content");
    await expectFailure(() => writeNew(file, { overwrite: file }), "invalid-option", file, "found a file");
    await expectFailure(() => writeNew(join(file, "out")), "io", file, "ENOTDIR");
    expect(readFileSync(file, "utf8")).toBe("content");
  });

  it("a folder with other files, unless it holds an earlier output and overwriting is allowed", async () => {
    for (const options of [{ own }, {}]) {
      const out = earlier({ "a.txt": "old", "thesis.tex": "years of work" });
      await expectFailure(() => writeNew(out, options), "invalid-option", out, "thesis.tex");
      expect(snapshot(out)["thesis.tex"]).toBe("years of work");
      expect(readdirSync(dirname(out))).toEqual(["out"]);
    }
    const out = earlier({ "a.txt": "old", "thesis.tex": "a draft" });
    await writeNew(out, { own, overwrite: true });
    expect(snapshot(out)).toEqual({ "a.txt": "new" });
  });

  it("a folder without an earlier output, unless it is named a second time", async () => {
    const none = async (): Promise<readonly string[]> => [];
    for (const options of [{ overwrite: true }, { overwrite: true, own: none }]) {
      const out = earlier({ "thesis.tex": "years of work" });
      await expectFailure(() => writeNew(out, options), "invalid-option", out, "thesis.tex", "second time");
      const other = { overwrite: dirname(out) };
      await expectFailure(() => writeNew(out, other), "invalid-option", "option overwrite", "second time");
      expect(snapshot(out)).toEqual({ "thesis.tex": "years of work" });
      await writeNew(out, { ...options, overwrite: `${out}/` });
      expect(snapshot(out)).toEqual({ "a.txt": "new" });
    }
  });

  it("a folder into which other files came during the writing", async () => {
    const out = earlier();
    const running = writeFolder(out, { own }, async () => {
      writeFileSync(join(out, "thesis.tex"), "years of work");
    });
    await expectFailure(() => running, "invalid-option", "thesis.tex");
    expect(existsSync(join(out, "thesis.tex"))).toBe(true);
    expect(readdirSync(dirname(out))).toEqual(["out"]);
  });

  it("the working folder or a folder above it", async () => {
    for (const path of [".", process.cwd(), dirname(process.cwd()), "/"]) {
      await expectFailure(() => writeNew(path), "invalid-option", "working folder");
    }
  });
});
