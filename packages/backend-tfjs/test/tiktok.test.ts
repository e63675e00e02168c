import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { cpu, fit } from "@wellbegun/core";
import { presets } from "@wellbegun/synthetic";
import { expect, it } from "vitest";
import { tfjs } from "../src/index.ts";
import { syntheticInput } from "./support/fixtures.ts";
import { tensorFlowFor } from "./support/peers.ts";
import { expectAlike } from "./support/tables.ts";

const beside = fileURLToPath(new URL("../../../../shared/data/tiktok", import.meta.url));
const folder = process.env.WELLBEGUN_TIKTOK ?? beside;
const present = existsSync(`${folder}/image_feat.npy`);
if (!present) {
  console.warn(
    `Left out: TikTok; not in ${folder}: put MMRec's tiktok folder there, or name it in WELLBEGUN_TIKTOK.`,
  );
}

// Not on tfjs:cpu and not on a software GPU, which take minutes.
for (const name of ["wasm", "node"] as const) {
  const tf = present ? tensorFlowFor(name) : undefined;
  it.skipIf(tf === undefined)(`TikTok on tfjs:${name} has the portable backend's tables`, async () => {
    const { train: interactions, features, close } = await readMmrecDataset(folder);
    const backend = await tfjs({ tf, backend: name });
    const options = { restarts: 2 };
    const expected = await fit({ train: interactions, features }, { ...options, backend: cpu() });
    expectAlike(await fit({ train: interactions, features }, { ...options, backend }), expected);
    // 6,710 items with 128 audio and 128 image features, brought over once.
    expect(backend.statistics().matricesUploaded).toBeLessThan(1.1 * 4 * 6710 * 256);
    await backend.dispose();
    await close();
  });
}

// Some of its principal axes have nearly equal variances, and show the error of the Gram matrix in every table.
const tf = tensorFlowFor("wasm");
it.skipIf(tf === undefined)(
  "Data of TikTok's size on tfjs:wasm has the portable backend's tables",
  async () => {
    const input = syntheticInput({ ...presets.tiktok, coldUsers: 0 });
    const options = { lambda: 0.5, restarts: 1 };
    const backend = await tfjs({ tf, backend: "wasm" });
    expectAlike(await fit(input, { ...options, backend }), await fit(input, { ...options, backend: cpu() }));
    await backend.dispose();
  },
);
