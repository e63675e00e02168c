import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { temporaryFolder } from "./support/files.ts";

it("The demo leaves a bundle, calls the data synthetic, and shows every section", async () => {
  const cwd = temporaryFolder();
  const { status, stdout } = await wellbegun(["demo"], { cwd });
  expect(status).toBe(0);
  for (const section of [
    "Synthetic dataset",
    "Input",
    "Stages",
    "Tables",
    "Clusters",
    "Coverage",
    "Quality",
    "Bundle",
  ]) {
    expect(stdout).toMatch(new RegExp(`^${section}  `.trimEnd(), "m"));
  }
  expect(stdout).toContain("validation rows");
  expect(stdout).toMatch(/fused, rows permuted \(control\) +0\.0/);
  expect(stdout).toContain("These data are synthetic");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  expect(await wellbegun(["inspect", join(cwd, "wellbegun-demo", "bundle")])).toMatchObject({ status: 0 });
  // Again over itself, into a folder that is now there.
  expect(await wellbegun(["demo", "--quiet"], { cwd })).toMatchObject({ status: 0, stdout: "" });
});

it("The demo finds the planted tastes: the fused table beats popularity, noise and its own control", async () => {
  const cwd = temporaryFolder();
  const { synthetic, init } = await wellbegunJson(["demo", "--out", "here"], { cwd });
  expect(synthetic).toMatchObject({ synthetic: true, users: 2000, items: 1200 });
  const recall = Object.fromEntries(
    init.quality.rows.map(({ name, recall }: { name: string; recall: number }) => [name, recall]),
  );
  expect(recall.fused).toBeGreaterThan(1.5 * recall.popularity);
  expect(recall.popularity).toBeGreaterThan(2 * recall.random);
  expect(recall.permuted).toBeLessThan(0.5 * recall.global);
  // What chance gives: 20 of the 1,200 items less the ten or so that are masked.
  expect(recall.random).toBeLessThan(2.5 * (20 / 1200));
});
