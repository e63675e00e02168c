/**
 * Kills training at random moments and resumes it. `WELLBEGUN_KILLS=100 npx vitest run test/train-resume.test.ts` kills a
 * hundred times for each of two models; without it, four times. The moments are drawn from a seed, half of them around the writing of a checkpoint.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "@wellbegun/core/support";
import { beforeAll, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { binary, wellbegun } from "./support/cli.ts";
import { sharedFolder, temporaryFolder, treeHashes } from "./support/files.ts";

const kills = Number(process.env.WELLBEGUN_KILLS ?? 4);
const root = sharedFolder();
const data = join(root, "data");
const options = "--epochs 8 --dim 8 --batch 64 --lr 0.01 --backend cpu --baselines none".split(" ");

beforeAll(async () => {
  const shape = ["--users", "200", "--items", "80", "--interactions", "3000", "--modalities", "image=8"];
  expect(await run(["synth", "--out", data, ...shape, "--quiet"])).toBe(0);
});

/**
 * Runs to the end, or kills with SIGKILL: `wait` ms after the start, or after the writing of a checkpoint has begun.
 *
 * @returns Milliseconds that the run took, and whether it was killed.
 */
async function runAndKill(
  args: readonly string[],
  kill?: { readonly wait: number; readonly folder: string; readonly atCheckpoint: boolean },
): Promise<{ killed: boolean; time: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [binary, ...args, "--quiet"], { stdio: "ignore" });
  const closed = once(child, "close");
  if (kill !== undefined) {
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
    const isWriting = (): boolean => readdirSync(kill.folder).some((name) => name.endsWith(".partial"));
    while (kill.atCheckpoint && isRunning() && !isWriting()) await delay(1);
    await Promise.race([delay(kill.wait), closed]);
    child.kill("SIGKILL");
  }
  await closed;
  if (kill === undefined) expect(child.exitCode).toBe(0);
  return { killed: child.signalCode === "SIGKILL", time: performance.now() - begun };
}

it.each([
  ["alignrec", "neighbors=5"],
  ["freedom", "neighbors=5,dropout=0.5"],
])(
  "A run of %s that is killed again and again ends with the bytes of one that was never interrupted",
  {
    timeout: 3_600_000,
  },
  async (model, modelOptions) => {
    const whole = join(root, `whole-${model}`);
    const own = [...options, "--model", model, "--model-options", modelOptions, "--seeds", "2"];
    const { time } = await runAndKill(["train", data, "--out", whole, ...own]);
    const wanted = treeHashes(whole);
    expect(Object.keys(wanted)).toContain("seed-1000/users.npy");

    const folder = temporaryFolder();
    const out = join(folder, "killed");
    const args = ["train", data, "--out", out, ...own];
    const random = createRandom(7, `kills of ${model}`);
    const counts = { killed: 0, withCheckpoint: 0 };
    for (let n = 0; n < kills; n++) {
      const atCheckpoint = n % 2 === 1;
      const wait = random.uniform() * (atCheckpoint ? 10 : time);
      const { killed } = await runAndKill([...args, "--resume"], { wait, folder, atCheckpoint });
      if (killed) counts.killed++;
      if (existsSync(join(folder, ".killed.seed-999.checkpoint"))) counts.withCheckpoint++;
    }
    console.log(`train --model ${model}: ${JSON.stringify(counts)}`);
    expect(counts.killed).toBeGreaterThan(0);
    expect(counts.withCheckpoint).toBeGreaterThan(0);
    const { status, stderr } = await wellbegun([...args, "--resume", "--quiet"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    // A process that is killed while it writes a bundle leaves a folder ".<name>.partial-<random>" beside that bundle.
    const isUnfinished = (path: string): boolean => /(^|\/)\.[^/]*\.partial-/.test(path);
    const found = Object.entries(treeHashes(out)).filter(([path]) => !isUnfinished(path));
    expect(Object.fromEntries(found)).toEqual(wanted);
    expect(readdirSync(folder).filter((name) => name !== "killed" && !isUnfinished(name))).toEqual([]);
  },
);

it("An interrupted run keeps its checkpoint, and a new run neither replaces nor uses it", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const args = ["train", data, "--out", out, ...options, "--epochs", "200"];
  let asked = false;
  const interrupted = await wellbegun(args, {
    onStderr: (text, child) => {
      // A second signal would end the process at once.
      if (!asked && text.includes("epoch 2/200")) asked = child.kill("SIGINT");
    },
  });
  expect(interrupted.status).toBe(130);
  expect(readdirSync(folder)).toEqual([".out.seed-999.checkpoint"]);
  expect(interrupted.stderr).toMatch(/The checkpoint .*\.out\.seed-999\.checkpoint is kept: .*--resume/);
  const anew = await wellbegun(args);
  expect(anew.status).toBe(2);
  expect(anew.stderr).toMatch(/no checkpoint of an earlier run[\s\S]*--resume/);
  const other = await wellbegun([...args, "--resume", "--lr", "0.02"]);
  expect(other.status).toBe(1);
  expect(other.stderr).toMatch(/with learningRate: 0\.02, found learningRate: 0\.01/);
  const model = await wellbegun([...args, "--model", "bpr", "--resume"]);
  expect(model.stderr).toMatch(/with model: bpr, found model: alignrec/);
  const wasm = await wellbegun([...args, "--backend", "wasm", "--resume"]);
  expect(wasm.stderr).toMatch(/with backend\.name: wasm, found backend\.name: cpu/);
  const file = join(folder, ".out.seed-999.checkpoint");
  const bytes = readFileSync(file);
  for (const damaged of ["no checkpoint", bytes.subarray(0, 100), bytes.subarray(0, bytes.length - 1)]) {
    writeFileSync(file, damaged);
    const { status, stderr } = await wellbegun([...args, "--resume"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: Resuming training: expected .*\.out\.seed-999\.checkpoint\)/);
  }
  expect(existsSync(out)).toBe(false);
});
