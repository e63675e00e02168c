import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { wellbegunJson } from "./support/cli.ts";
import { folderHashes, readNpy, temporaryFolder } from "./support/files.ts";

const beside = fileURLToPath(new URL("../../../../shared/data/tiktok", import.meta.url));
const tiktok = process.env.WELLBEGUN_TIKTOK ?? beside;
const present = existsSync(join(tiktok, "tiktok.inter"));
if (!present) {
  console.log(
    `The TikTok dataset is not at ${tiktok}: its tests are skipped. WELLBEGUN_TIKTOK names another place.`,
  );
}

it.skipIf(!present)(
  "On TikTok, init with the defaults gives both modalities, no NaN, the Xavier RMS, and the same bytes twice",
  async () => {
    const folder = temporaryFolder();
    const out = join(folder, "out");
    const { report, totalTime, peakMemory } = await wellbegunJson(["init", tiktok, "--out", out]);
    expect(report.input).toMatchObject({ users: 9308, items: 6710, interactions: 59541 });
    expect(Object.keys(report.clusters)).toEqual(["audio", "image"]);
    expect(totalTime).toBeGreaterThan(0);
    expect(peakMemory).toBeGreaterThan(0);
    for (const name of [
      "users",
      "items",
      "users.audio",
      "users.image",
      "centroids.audio",
      "centroids.image",
    ]) {
      const { data } = readNpy(join(out, `${name}.npy`));
      expect(data.every(Number.isFinite)).toBe(true);
    }
    const { shape, data } = readNpy(join(out, "users.npy"));
    expect(shape).toEqual([9308, 64]);
    const rms = Math.sqrt(Array.from(data).reduce((sum, value) => sum + value * value, 0) / data.length);
    const target = Math.sqrt(2 / (9308 + 64));
    expect(Math.abs(rms / target - 1)).toBeLessThan(1e-3);

    const hashes = folderHashes(out);
    const again = join(folder, "again");
    await wellbegunJson(["init", tiktok, "--out", again]);
    expect(folderHashes(again)).toEqual(hashes);
  },
);

it.skipIf(!present)("On TikTok with shuffled rows, init gives the same bundle", async () => {
  const folder = temporaryFolder();
  await wellbegunJson(["init", tiktok, "--out", join(folder, "straight")]);
  const copy = join(folder, "copy");
  mkdirSync(copy);
  const [header, ...lines] = readFileSync(join(tiktok, "tiktok.inter"), "utf8").trimEnd().split("\n");
  const shuffled = lines
    .map((line, i) => [(i * 2_654_435_761) % 4_294_967_296, line] as const)
    .sort((a, b) => a[0] - b[0]);
  writeFileSync(join(copy, "tiktok.inter"), `${[header, ...shuffled.map(([, line]) => line)].join("\n")}\n`);
  for (const name of ["audio_feat.npy", "image_feat.npy"]) copyFileSync(join(tiktok, name), join(copy, name));
  await wellbegunJson(["init", copy, "--out", join(folder, "shuffled")]);
  expect(folderHashes(join(folder, "shuffled"))).toEqual(folderHashes(join(folder, "straight")));
});
