import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { temporaryFolder, wave, writeDataset } from "./support/files.ts";

/** Six items whose features are one of three one-hot genres each, beside images. */
function genres(folder: string): string {
  const genre = Float32Array.from({ length: 18 }, (_, e) => (e % 3 === Math.floor(e / 3) % 3 ? 1 : 0));
  return writeDataset(folder, "data", {
    rows: [0, 1, 2, 3].flatMap((u) => [0, 1, 2].map((step) => [u, (u + step * step) % 6, 0] as const)),
    features: { genre: { data: genre, columns: 3 }, image: wave(6, 4, 1) },
  });
}

describe("init on data for which a default is unsuitable", () => {
  it("says what a sample of the items costs k-means, in the bundle as in the text", async () => {
    const folder = temporaryFolder();
    const data = join(folder, "data");
    await wellbegun(["synth", "--out", data, "--users", "40", "--items", "90", "--modalities", "image=6"]);
    const args = ["init", data, "--lambda", "0.5", "--sample-size", "30", "--out"];
    const { stdout } = await wellbegun([...args, join(folder, "a")]);
    const { report } = await wellbegunJson([...args, join(folder, "b")]);
    const { items, excess } = report.clusters.image.sample;
    expect(items).toBe(30);
    expect(excess).toBeGreaterThan(0);
    const share = Number(/image from 30 items: .* at least (\S+) % of the inertia/.exec(stdout)?.[1]);
    expect(Math.abs(share - 100 * excess)).toBeLessThan(0.06);
    const inspected = await wellbegun(["inspect", join(folder, "b")]);
    expect(inspected.status).toBe(0);
  });

  it("lowers the number of clusters to that of the distinct rows, and says so", async () => {
    const folder = temporaryFolder();
    const args = ["init", genres(folder), "--lambda", "0.5"];
    const { status, stdout } = await wellbegun([...args, "--out", join(folder, "a")]);
    expect(status).toBe(0);
    expect(stdout).toContain("genre has only 3 distinct rows: 3 clusters in place of 8.");
    const { options, report } = await wellbegunJson([...args, "--out", join(folder, "b")]);
    expect(options.clusters).toEqual({ genre: 3, image: 6 });
    expect(report.clusters.genre.clusters).toBe(3);
  });

  it("refuses features that are equal for all items, and leaves no bundle", async () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", {
      rows: [
        [0, 0, 0],
        [1, 1, 0],
      ],
      features: { image: { data: new Float32Array(4).fill(2), columns: 2 } },
    });
    for (const memory of [[], ["--memory", "1MB"]]) {
      const args = ["init", dataset, "--out", join(folder, "out"), "--scale", "unit", ...memory];
      const { status, stderr } = await wellbegun(args);
      expect(status).toBe(1);
      expect(stderr).toContain("zeros in all 2 rows");
      expect(existsSync(join(folder, "out"))).toBe(false);
    }
  });
});
