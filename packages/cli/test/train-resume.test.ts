/**
 * Kills training at random moments and resumes it. `WELLBEGUN_KILLS=100 npx vitest run test/train-resume.test.ts` kills a
 * hundred times; without it, six times. The moments are drawn from a seed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "@wellbegun/core/support";
import { beforeAll, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { binary, wellbegun } from "./support/cli.ts";
import { sharedFolder, temporaryFolder, treeHashes } from "./support/files.ts";

const kills = Number(process.env.WELLBEGUN_KILLS ?? 6);
const root = sharedFolder();
const data = join(root, "data");
const options = [
  ..."--epochs 12 --dim 8 --batch 64 --lr 0.01 --backend cpu --model-options neighbors=5".split(" "),
];

beforeAll(async () => {
  const shape = ["--users", "200", "--items", "80", "--interactions", "3000", "--modalities", "image=8"];
  expect(await run(["synth", "--out", data, ...shape, "--quiet"])).toBe(0);
});

/** Starts the program and kills it with SIGKILL after `wait` ms; tells whether it was still running then, and its time. */
async function killAfter(args: readonly string[], wait: number): Promise<{ killed: boolean; time: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [binary, ...args, "--quiet"], { stdio: "ignore" });
  const closed = once(child, "close");
  await Promise.race([delay(wait), closed]);
  child.kill("SIGKILL");
  await closed;
  return { killed: child.signalCode === "SIGKILL", time: performance.now() - begun };
}

it("a run that is killed again and again ends with the bytes of one that was never interrupted", {
  timeout: 3_600_000,
}, async () => {
  const whole = join(root, "whole");
  const seeds = ["--seeds", "2"];
  const begun = performance.now();
  expect(await run(["train", data, "--out", whole, ...options, ...seeds, "--quiet"])).toBe(0);
  const time = performance.now() - begun;
  const wanted = treeHashes(whole);
  expect(Object.keys(wanted)).toContain("seed-1000/users.npy");

  const folder = temporaryFolder();
  const out = join(folder, "killed");
  const args = ["train", data, "--out", out, ...options, ...seeds];
  const random = createRandom(7, "kills");
  const counts = { killed: 0, withCheckpoint: 0 };
  for (let n = 0; n < kills; n++) {
    const { killed } = await killAfter([...args, "--resume"], (0.2 + random.uniform()) * time);
    if (killed) counts.killed++;
    if (existsSync(join(folder, ".killed.seed-999.checkpoint"))) counts.withCheckpoint++;
  }
  console.log(`train: ${JSON.stringify(counts)}`);
  expect(counts.killed).toBeGreaterThan(0);
  expect(counts.withCheckpoint).toBeGreaterThan(0);
  const { status, stderr } = await wellbegun([...args, "--resume", "--quiet"]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(treeHashes(out)).toEqual(wanted);
  // Checkpoints are gone; what writing a bundle leaves behind when it is killed has a name of its own.
  expect(readdirSync(folder).filter((name) => !/^killed$|partial-/.test(name))).toEqual([]);
});

it("an interrupted run keeps its checkpoint, which a new run neither replaces nor takes for its own", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const args = ["train", data, "--out", out, ...options, "--epochs", "200"];
  const interrupted = await wellbegun(args, {
    onStderr: (text, child) => {
      if (text.includes("epoch 2/200")) child.kill("SIGINT");
    },
  });
  expect(interrupted.status).toBe(130);
  expect(readdirSync(folder)).toEqual([".out.seed-999.checkpoint"]);
  const anew = await wellbegun(args);
  expect(anew.status).toBe(2);
  expect(anew.stderr).toMatch(/no checkpoint of an earlier run[\s\S]*--resume/);
  const other = await wellbegun([...args, "--resume", "--lr", "0.02"]);
  expect(other.status).toBe(1);
  expect(other.stderr).toMatch(/a checkpoint of the same data and options/);
  writeFileSync(join(folder, ".out.seed-999.checkpoint"), "no checkpoint");
  const damaged = await wellbegun([...args, "--resume"]);
  expect(damaged.status).toBe(1);
  expect(damaged.stderr).toMatch(/error: /);
  expect(existsSync(out)).toBe(false);
});
