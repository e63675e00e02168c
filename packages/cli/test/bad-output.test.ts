import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";
import {
  folderHashes,
  interText,
  type Row,
  smallDataset,
  temporaryFolder,
  writeDataset,
} from "./support/files.ts";

describe("An output path of init", () => {
  /** A dataset, and a bundle of it at `out`. */
  async function withBundle(): Promise<{ folder: string; dataset: string; out: string }> {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const out = join(folder, "out");
    const { status } = await wellbegun(["init", dataset, "--out", out, "--clusters", "2"]);
    expect(status).toBe(0);
    return { folder, dataset, out };
  }

  it("is refused where the folder cannot be written", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    // Permissions do not hold root back; the kernel's own folder does.
    const locked = process.getuid?.() === 0 ? "/sys" : join(folder, "locked");
    if (process.getuid?.() !== 0) {
      mkdirSync(locked);
      chmodSync(locked, 0o555);
    }
    const out = join(locked, "wellbegun-out");
    const { status, stderr } = await wellbegun(["init", dataset, "--out", out, "--clusters", "2"]);
    expect(status).toBe(1);
    expect(stderr).toContain(locked);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ["init none --out out --rows-per-part 1.5"],
    ["collect none --out out --rows-per-part 0"],
    ["plan --job job --sample-items 0"],
    ["init none --out out --min-user 0"],
    ["tune none --out out --restarts 0"],
    ["recommend none --out out --max-width -1"],
  ])("is not touched by %s, whose last option is refused before anything is read", async (line) => {
    const { status, stderr } = await wellbegun(line.split(" "));
    expect(status).toBe(2);
    expect(stderr).toMatch(/expected a whole number of \w+ >= 1, found "/);
  });

  it.each([
    [["--format", "arrow"], "npy, safetensors, parquet"],
    [["--rows-per-part", "0"], "a whole number of rows >= 1"],
  ])("is refused with %j before the dataset is read", async (option, expected) => {
    const folder = temporaryFolder();
    // Nothing is there to read, which would be the next refusal.
    const args = ["init", join(folder, "none"), "--out", join(folder, "out"), ...option];
    const { status, stderr } = await wellbegun(args);
    expect(status).toBe(2);
    expect(stderr).toContain(expected);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is refused where it leads through a file or is one", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const file = join(folder, "file");
    writeFileSync(file, "kept");
    const through = await wellbegun(["init", dataset, "--out", join(file, "out"), "--clusters", "2"]);
    expect(through.status).toBe(1);
    expect(through.stderr).toContain(file);
    const itself = await wellbegun(["init", dataset, "--out", file, "--clusters", "2"]);
    expect(itself.status).toBe(2);
    expect(itself.stderr).toContain(file);
    expect(readFileSync(file, "utf8")).toBe("kept");
  });

  it("that holds another command's bundle is replaced with --force alone", async () => {
    const { dataset, out } = await withBundle();
    const before = folderHashes(out);
    const method = [
      "--model",
      "bpr",
      "--epochs",
      "1",
      "--dim",
      "4",
      "--backend",
      "cpu",
      "--baselines",
      "none",
    ];
    const train = ["train", dataset, "--out", out, ...method];
    const refused = await wellbegun(train);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/same kind \(a trained model\), found starting vectors/);
    expect(folderHashes(out)).toEqual(before);
    expect(await wellbegun([...train, "--force"])).toMatchObject({ status: 0 });
    const init = ["init", dataset, "--out", out, "--clusters", "2"];
    const back = await wellbegun(init);
    expect([back.status, back.stderr]).toEqual([2, expect.stringContaining("found a trained model")]);
    expect(await wellbegun([...init, "--force"])).toMatchObject({ status: 0 });
    expect(folderHashes(out)).toEqual(before);
  });

  it("that is a folder with other files is replaced with --force alone", async () => {
    const { dataset, out } = await withBundle();
    writeFileSync(join(out, "notes.txt"), "mine");
    const args = ["init", dataset, "--out", out, "--clusters", "3"];
    const refused = await wellbegun(args);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("notes.txt");
    expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("mine");
    expect(await wellbegun([...args, "--force"])).toMatchObject({ status: 0 });
    expect(existsSync(join(out, "notes.txt"))).toBe(false);
  });

  it("on a disk that becomes full halfway keeps the old bundle whole", async () => {
    const { folder, dataset, out } = await withBundle();
    const before = folderHashes(out);
    const rows = Array.from({ length: 4000 }, (_, i): Row => [i, i % 6, 0]);
    writeFileSync(join(dataset, "data.inter"), interText(rows));
    // users.npy is 4000 x 8 float32 = 125 KiB: the first tables still fit where files end at 64.
    const args = ["init", dataset, "--out", out, "--clusters", "2"];
    const full = await wellbegun(args, { largestFileKiB: 64 });
    expect(full.status).toBe(1);
    expect(full.stderr).toContain(join(out, "users.npy"));
    expect(folderHashes(out)).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(["data", "out"]);
    expect(await wellbegun(args)).toMatchObject({ status: 0 });
    expect(folderHashes(out)).not.toEqual(before);
  });

  it("is refused where it is a symbolic link, and followed where a folder above it is one", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real", "kept"), "kept");
    symlinkSync(join(folder, "real"), join(folder, "link"));
    const atEnd = await wellbegun([
      "init",
      dataset,
      "--out",
      join(folder, "link"),
      "--clusters",
      "2",
      "--force",
    ]);
    expect(atEnd.status).toBe(2);
    expect(atEnd.stderr).toContain("symbolic link");
    expect(atEnd.stderr).toContain(join(folder, "link"));
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, "real"))).toEqual(["kept"]);

    const before = await wellbegun([
      "init",
      dataset,
      "--out",
      join(folder, "link", "out"),
      "--clusters",
      "2",
    ]);
    expect(before.status).toBe(0);
    expect(readdirSync(join(folder, "real")).sort()).toEqual(["kept", "out"]);
  });
});
