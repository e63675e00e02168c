import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { smallDataset, temporaryFolder, treeHashes, writeDataset } from "./support/files.ts";

describe("a bundle in parts", () => {
  it("is read by inspect, evaluate and wire as the bundle of whole files is", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    const init = ["init", dataset, "--clusters", "2", "--quiet", "--out"];
    expect(await wellbegun([...init, whole])).toMatchObject({ status: 0 });
    expect(await wellbegun([...init, parts, "--rows-per-part", "3"])).toMatchObject({ status: 0 });
    expect(existsSync(join(parts, "users", "part-00001.npy"))).toBe(true);

    const inspected = await wellbegunJson(["inspect", parts]);
    const expected = await wellbegunJson(["inspect", whole]);
    for (const key of ["users", "items", "tables"]) expect(inspected[key], key).toEqual(expected[key]);

    const judged = async (bundle: string): Promise<string> => {
      const { stdout, status } = await wellbegun(["evaluate", dataset, "--bundle", bundle, "--quiet"]);
      expect(status, stdout).toBe(0);
      return stdout.replaceAll(bundle, "BUNDLE").replace(/^Done in .*$/gm, "");
    };
    expect(await judged(parts)).toBe(await judged(whole));

    const wired = async (bundle: string, into: string): Promise<Record<string, string>> => {
      await wellbegunJson(["wire", "pytorch", bundle, "--into", join(folder, into)]);
      return treeHashes(join(folder, into));
    };
    const index = "wellbegun-pytorch-embedding/wire.json";
    const { [index]: ofParts, ...tables } = await wired(parts, "wired-parts");
    const { [index]: ofWhole, ...same } = await wired(whole, "wired-whole");
    expect(tables).toEqual(same);
    // Each artifact names the manifest that it was made from.
    expect(ofParts).not.toBe(ofWhole);

    rmSync(join(parts, "users", "part-00001.npy"));
    expect(await wellbegun(["inspect", parts])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("part-00001.npy"),
    });
  });
});
