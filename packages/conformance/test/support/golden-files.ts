import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseInter } from "@wellbegun/adapters/mmrec";
import { decodeNpy, toFloat32, toInt32 } from "@wellbegun/adapters/npy";
import type { GoldenCase, GoldenModality } from "../../src/index.ts";

const folder = fileURLToPath(new URL("../../../../fixtures/golden/", import.meta.url));

/** The golden cases of the repository, found by listing the folder. */
export function goldenFiles(): GoldenCase[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => readCase(name));
}

function readCase(name: string): GoldenCase {
  const file = (path: string): Uint8Array => readFileSync(`${folder}${name}/${path}`);
  const floats = (path: string): Float32Array => toFloat32(decodeNpy(file(path), path));
  const meta = JSON.parse(new TextDecoder().decode(file("meta.json"))) as {
    readonly users: number;
    readonly items: number;
    readonly lambdas: readonly number[];
    readonly modalities: Readonly<Record<string, { readonly dim: number }>>;
  };
  const modalities: Record<string, GoldenModality> = {};
  for (const [modality, { dim }] of Object.entries(meta.modalities)) {
    modalities[modality] = {
      columns: dim,
      features: floats(`${modality}_feat.npy`),
      start: floats(`${modality}_seed_centroids.npy`),
      centroids: floats(`${modality}_centroids.npy`),
      labels: toInt32(decodeNpy(file(`${modality}_labels.npy`), modality)),
      tables: (["sym", "mean"] as const).flatMap((normalization) =>
        meta.lambdas.map((lambda) => {
          return {
            normalization,
            lambda,
            values: floats(`${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`),
          };
        }),
      ),
    };
  }
  const { users, items } = parseInter(file("train.inter"));
  return { name, userCount: meta.users, itemCount: meta.items, users, items, modalities };
}
