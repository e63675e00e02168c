/**
 * Kills real runs at random moments. `WELLBEGUN_KILLS=200 npx vitest run test/kill.test.ts` kills 200 runs of each command;
 * without it, eight. The moments are drawn from a seed, half of them within what follows the first write.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { binary } from "./support/cli.ts";
import { sharedFolder, treeHashes } from "./support/files.ts";

const kills = Number(process.env.WELLBEGUN_KILLS ?? 8);
const hour = 3_600_000;
const root = sharedFolder();
const data = join(root, "data");
const bundles = [join(root, "bundle-0"), join(root, "bundle-1")] as const;

beforeAll(async () => {
  const shape = ["--users", "200", "--items", "80", "--interactions", "2000", "--modalities", "image=8"];
  expect(await run(["synth", "--out", data, ...shape, "--quiet"])).toBe(0);
  for (const [index, out] of bundles.entries())
    expect(await run(["init", data, "--out", out, "--clusters", `${index + 2}`, "--quiet"])).toBe(0);
});

/** Numbers from 0 to 1, the same in every run (the generator mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs to the end, or kills with SIGKILL: `wait` ms after the start, or after something new lies beside the output.
 *
 * @returns Milliseconds that the run took, and whether it was killed.
 */
async function runAndKill(
  args: readonly string[],
  out: string,
  kill?: { readonly wait: number; readonly afterWrite: boolean },
): Promise<{ time: number; killed: boolean }> {
  const folder = dirname(out);
  const before = readdirSync(folder).join();
  const begun = performance.now();
  const child = spawn(process.execPath, [binary, ...args, "--quiet"], { stdio: "ignore" });
  const closed = once(child, "close");
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  if (kill !== undefined) {
    while (kill.afterWrite && isRunning() && readdirSync(folder).join() === before) await delay(1);
    await Promise.race([delay(kill.wait), closed]);
    child.kill("SIGKILL");
  }
  await closed;
  if (kill === undefined) expect(child.exitCode).toBe(0);
  return { time: performance.now() - begun, killed: child.signalCode === "SIGKILL" };
}

/** Kills runs that replace one of two outputs by the other, and has `whichOf` tell after each which one is there. */
async function killMany(
  out: string,
  argsOf: (variant: 0 | 1) => readonly string[],
  whichOf: () => Promise<0 | 1>,
): Promise<Record<"old" | "new" | "killed", number>> {
  const { time } = await runAndKill(argsOf(0), out);
  const counts = { old: 0, new: 0, killed: 0 };
  const random = seeded(12);
  let current: 0 | 1 = await whichOf();
  for (let n = 0; n < kills; n++) {
    const next = current === 0 ? 1 : 0;
    const afterWrite = n % 2 === 1;
    const wait = random() * (afterWrite ? 60 : time * 1.1);
    const { killed } = await runAndKill(argsOf(next), out, { wait, afterWrite });
    const found = await whichOf();
    counts[found === current ? "old" : "new"]++;
    if (killed) counts.killed++;
    current = found;
  }
  console.log(`${argsOf(0)[0]}: ${JSON.stringify(counts)}`);
  expect(counts.killed).toBeGreaterThan(kills / 4);
  // The next run that is left alone succeeds, and tidies up what is not whole.
  await runAndKill(argsOf(current === 0 ? 1 : 0), out);
  expect(await whichOf()).not.toBe(current);
  return counts;
}

/** Which of two folders of known content lies at a place; what a killed run has left half done is put back by inspecting. */
async function whichFolder(out: string, wanted: readonly Record<string, string>[]): Promise<0 | 1> {
  // The command that reads an output is the next call; an artifact has none, so that the next run is it.
  if (!existsSync(out)) await run(["inspect", out, "--quiet"]);
  const which = wanted.findIndex((one) => JSON.stringify(one) === JSON.stringify(treeHashes(out)));
  expect(which, `${out} is neither the old nor the new output`).toBeGreaterThanOrEqual(0);
  return which as 0 | 1;
}

it("Whenever init --force is killed, the old bundle or the new one is whole", {
  timeout: hour,
}, async () => {
  const out = join(root, "init", "out");
  mkdirSync(dirname(out));
  const args = (variant: 0 | 1): string[] => [
    "init",
    data,
    "--out",
    out,
    "--clusters",
    `${variant + 2}`,
    "--force",
  ];
  await killMany(out, args, () => whichFolder(out, bundles.map(treeHashes)));
  expect(readdirSync(dirname(out)).filter((name) => !/^out$|partial-/.test(name))).toEqual([]);
});

it("Whenever wire --force is killed, the old artifact or the new one is whole", {
  timeout: hour,
}, async () => {
  const into = (name: string): string => join(root, "wire", name);
  const folder = "wellbegun-mmrec-bpr";
  for (const [index, bundle] of bundles.entries())
    expect(await run(["wire", "mmrec:BPR", bundle, "--into", into(`${index}`), "--quiet"])).toBe(0);
  const wanted = [0, 1].map((index) => treeHashes(join(into(`${index}`), folder)));
  mkdirSync(into("run"));
  const out = join(into("run"), folder);
  const args = (variant: 0 | 1): string[] => [
    "wire",
    "mmrec:BPR",
    bundles[variant],
    "--into",
    into("run"),
    "--force",
  ];
  await killMany(out, args, () => whichFolder(out, wanted));
  expect(readdirSync(into("run")).filter((name) => name !== folder && !/partial-/.test(name))).toEqual([]);
});

it("Whenever tune --force is killed, the old search or the new one is whole", {
  timeout: hour,
}, async () => {
  const search = (variant: 0 | 1, out: string): string[] => {
    const options = [
      "--budget",
      "6",
      "--clusters",
      "4",
      "--dim",
      "4,8",
      "--backend",
      "cpu",
      "--seed",
      `${variant}`,
    ];
    return ["tune", data, "--out", out, ...options, "--force"];
  };
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const wanted: { config: string; trials: string }[] = [];
  for (const variant of [0, 1] as const) {
    const out = join(root, `tune-${variant}`, "best.json");
    mkdirSync(dirname(out));
    expect(await run([...search(variant, out), "--quiet"])).toBe(0);
    wanted.push({ config: read(out), trials: read(out.replace(".json", ".trials.jsonl")) });
  }
  expect(wanted[0]!.config).not.toBe(wanted[1]!.config);
  const folder = join(root, "tune");
  mkdirSync(folder);
  const out = join(folder, "best.json");
  await killMany(
    out,
    (variant) => search(variant, out),
    async () => {
      const which = wanted.findIndex(({ config }) => config === read(out));
      expect(which, "neither the old config nor the new one").toBeGreaterThanOrEqual(0);
      const trials = readdirSync(folder).filter((name) => name.endsWith(".trials.jsonl"));
      expect(trials.map((name) => read(join(folder, name)))).toContain(wanted[which]!.trials);
      return which as 0 | 1;
    },
  );
  expect(readdirSync(folder).filter((name) => !/partial-/.test(name))).toEqual([
    "best.json",
    "best.trials.jsonl",
  ]);
});
