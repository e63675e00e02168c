import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { readNpy, smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

/** A bundle that `init` wrote, 8 users and 6 items of width 4. */
async function initialized(folder: string): Promise<string> {
  const dataset = writeDataset(folder, "toy", smallDataset());
  const out = join(folder, "bundle");
  await wellbegunJson(["init", dataset, "--out", out, "--clusters", "2", "--dim", "4"]);
  return out;
}

it("wire takes a bundle of init and prints the command for a checkout", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const checkout = join(folder, "MMRec");
  mkdirSync(join(checkout, "src"), { recursive: true });
  writeFileSync(join(checkout, "src", "main.py"), "");
  const result = await wellbegunJson(["wire", "mmrec:vbpr", bundle, "--into", checkout]);
  const out = join(checkout, "wellbegun-mmrec-vbpr");
  expect(result).toMatchObject({
    target: "mmrec:VBPR",
    out,
    written: true,
    users: 8,
    items: 6,
    tables: "users",
  });
  expect(result.command).toEqual([
    `cd ${join(checkout, "src")}`,
    `PYTHONPATH=${out} python -m wellbegun_mmrec --wire ${out} --model VBPR --dataset data`,
  ]);
  expect(result.warnings.join()).toContain("4 columns");
  const users = readNpy(join(bundle, "users.npy"));
  const wired = readNpy(join(out, "users.u_embedding.npy"));
  expect(wired.shape).toEqual([8, 8]);
  for (let row = 0; row < 8; row++) {
    const vector = [...users.data.subarray(row * 4, row * 4 + 4)];
    expect([...wired.data.subarray(row * 8, row * 8 + 8)]).toEqual([...vector, ...vector]);
  }
  expect(readFileSync(join(out, "wellbegun_mmrec.py"), "utf8")).toContain("wellbegun.mmrec");
  expect(existsSync(join(out, "wellbegun", "load.py"))).toBe(true);
});

it("wire.json states the train interactions that the bundle was computed from", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const { out } = await wellbegunJson(["wire", "mmrec:BPR", bundle, "--into", folder]);
  const { train } = JSON.parse(readFileSync(join(out, "wire.json"), "utf8"));
  const { input } = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
  expect(train).toEqual({ interactions: input.train.interactions, sha256: input.train.sha256 });
});

it("wire names a factor on the scale, and the files that a codebase reads itself", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const into = join(folder, "run");
  const factor = ["--scale-factor", "2", "--tables", "users+items"];
  const wired = await wellbegunJson(["wire", "torcheasyrec", bundle, "--into", into, ...factor]);
  expect(wired).toMatchObject({ target: "torcheasyrec:dynamicemb", scaleFactor: 2, parameters: [] });
  expect(wired.files.map(({ name }: { name: string }) => name)).toEqual(["users.parquet", "items.parquet"]);
  const { stdout } = await wellbegun([
    "wire",
    "torcheasyrec",
    bundle,
    "--into",
    into,
    ...factor,
    "--dry-run",
  ]);
  expect(stdout).toMatch(/scale +x 2/);
  expect(stdout).toContain("users.parquet, users x 4: fills");
  const { status, stderr } = await wellbegun([
    "wire",
    "mmrec:BPR",
    bundle,
    "--into",
    into,
    "--scale-factor",
    "0",
  ]);
  expect(status).toBe(2);
  expect(stderr).toContain("above 0");
});

it("wire writes a control's artifact beside the real one", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const control = join(folder, "control");
  const dataset = writeDataset(folder, "toy", smallDataset());
  const settings = ["--clusters", "2", "--dim", "4", "--control", "permuted"];
  await wellbegunJson(["init", dataset, "--out", control, ...settings]);
  const real = await wellbegunJson(["wire", "pytorch", bundle, "--into", folder]);
  expect(real).toMatchObject({ control: null, out: join(folder, "wellbegun-pytorch-embedding") });
  const before = readFileSync(join(folder, "wellbegun-pytorch-embedding", "wire.json"), "utf8");
  const permuted = await wellbegunJson(["wire", "pytorch", control, "--into", folder, "--force"]);
  const out = join(folder, "wellbegun-pytorch-embedding-permuted");
  expect(permuted).toMatchObject({ control: "permuted", out });
  expect(permuted.command.join("\n")).toContain(out);
  expect(readFileSync(join(folder, "wellbegun-pytorch-embedding", "wire.json"), "utf8")).toBe(before);
});

it("wire --dry-run shows what it would do, and writes nothing", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const into = join(folder, "run");
  const { status, stdout } = await wellbegun(
    ["wire", "recbole:BPR", bundle, "--into", into, "--tables", "users+items", "--dry-run"],
    { cwd: folder },
  );
  expect(status).toBe(0);
  for (const part of ["Would wire", "user_embedding.weight", "item_embedding.weight", "wellbegun_recbole"]) {
    expect(stdout).toContain(part);
  }
  expect(existsSync(into)).toBe(false);
});

it("wire leaves nothing behind when a bundle was changed", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  const path = join(bundle, "users.npy");
  const bytes = readFileSync(path);
  bytes[bytes.length - 2]! ^= 1;
  writeFileSync(path, bytes);
  const { status, stderr } = await wellbegun(["wire", "pytorch", bundle, "--into", join(folder, "run")]);
  expect(status).toBe(1);
  expect(stderr).toContain("SHA-256");
  expect(existsSync(join(folder, "run"))).toBe(false);
});

it("wire refuses unknown targets and tables, and a missing folder", async () => {
  const folder = temporaryFolder();
  const bundle = await initialized(folder);
  for (const args of [
    ["wire", "mmrec:BPR", bundle],
    ["wire", "mmrec:Nothing", bundle, "--into", folder],
    ["wire", "mmrec:BPR", bundle, "--into", folder, "--tables", "items"],
    ["wire", "mmrec:BPR"],
  ]) {
    const { status, stderr } = await wellbegun(args);
    expect(status, args.join(" ")).toBe(2);
    expect(stderr).not.toBe("");
  }
});
