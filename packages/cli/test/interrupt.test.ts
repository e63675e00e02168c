import { type ChildProcess, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { folderHashes, type Row, temporaryFolder, wave, writeDataset } from "./support/files.ts";

/** Enough users that writing their tables takes a while. */
function largeDataset(parent: string): string {
  const rows = Array.from({ length: 60_000 }, (_, i): Row => [i % 20_000, (i * 37 + (i % 11)) % 300, 0]);
  return writeDataset(parent, "data", {
    rows,
    features: { audio: wave(300, 64, 1), image: wave(300, 64, 2) },
  });
}

/** Makes k-means go on until it is stopped. */
const endless = ["--restarts", "1000000", "--tolerance", "0", "--clusters", "50"];

// The portable backend resolves every promise at once: without yielding, no signal would ever be noticed.
it.each(["cpu", "auto"])(
  "Ctrl-C while %s computes gives status 130, leaves no half bundle, and keeps the old one whole",
  async (backend) => {
    const folder = temporaryFolder();
    const dataset = largeDataset(folder);
    const outputs = join(folder, "outputs");
    mkdirSync(outputs);
    const out = join(outputs, "out");
    const stopped = new Set<ChildProcess>();
    const stopAtClusters = (stderr: string, child: ChildProcess): void => {
      // Once: what the program says when it is stopped must not be answered with a second Ctrl-C.
      if (stderr.includes("] cluster") && !stopped.has(child)) child.kill("SIGINT");
      if (stderr.includes("] cluster")) stopped.add(child);
    };

    const args = ["init", dataset, "--out", out, "--backend", backend, ...endless];
    const fresh = await wellbegun(args, { onStderr: stopAtClusters });
    expect(fresh.status).toBe(130);
    expect(fresh.stderr).toContain("Stopped");
    expect(readdirSync(outputs)).toEqual([]);

    await wellbegunJson(["init", dataset, "--out", out]);
    const before = folderHashes(out);
    const again = await wellbegun(args, { onStderr: stopAtClusters });
    expect(again.status).toBe(130);
    expect(readdirSync(outputs)).toEqual(["out"]);
    expect(folderHashes(out)).toEqual(before);
  },
);

it("An aborted run with --json prints one JSON object and has status 130", async () => {
  const folder = temporaryFolder();
  const dataset = largeDataset(folder);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdout, stderr, env: {}, signal: AbortSignal.abort() };
  expect(await run(["init", dataset, "--out", join(folder, "out"), "--json"], io)).toBe(130);
  expect(JSON.parse(await text(stdout.end())).error.code).toBe("aborted");
  expect(await text(stderr.end())).toBe("");
  expect(readdirSync(folder)).toEqual(["data"]);
});

it("Ctrl-C during the writing leaves one of the two bundles whole, and nothing beside it", async () => {
  const folder = temporaryFolder();
  const dataset = largeDataset(folder);
  const outputs = join(folder, "outputs");
  mkdirSync(outputs);
  const out = join(outputs, "out");
  await wellbegunJson(["init", dataset, "--out", out, "--clusters", "2"]);
  const before = folderHashes(out);
  const args = ["init", dataset, "--out", out, "--clusters", "3", "--format", "npy,safetensors"];
  let sawPartial = false;
  const { status } = await wellbegun(args, {
    onStart: (child) => {
      const watch = setInterval(() => {
        if (readdirSync(outputs).length < 2) return;
        sawPartial = true;
        clearInterval(watch);
        child.kill("SIGINT");
      }, 1);
      child.on("close", () => clearInterval(watch));
    },
  });
  expect(sawPartial).toBe(true);
  expect([0, 130]).toContain(status);
  expect(readdirSync(outputs)).toEqual(["out"]);
  expect(await wellbegun(["inspect", out])).toMatchObject({ status: 0 });
  const after = folderHashes(out);
  if (status === 130) expect(after).toEqual(before);
  else expect(after).not.toEqual(before);
});

it("A second Ctrl-C ends a run that hangs", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", { rows: [], features: { image: wave(6, 5, 1) } });
  // Reading a pipe that nobody writes to never ends.
  rmSync(join(dataset, "data.inter"));
  execFileSync("mkfifo", [join(dataset, "data.inter")]);
  let signals = 0;
  const { status } = await wellbegun(["init", dataset, "--out", join(folder, "out")], {
    onStderr: (stderr, child) => {
      if (!stderr.includes("] load") || signals > 0) return;
      const press = (): void => {
        signals++;
        child.kill("SIGINT");
      };
      press();
      const again = setInterval(press, 500);
      child.on("close", () => clearInterval(again));
    },
  });
  // Ended by the signal itself, which shells report as 130.
  expect(status).toBeNull();
  expect(signals).toBeGreaterThan(1);
  expect(readdirSync(folder)).toEqual(["data"]);
});
