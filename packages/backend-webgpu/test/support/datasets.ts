import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseInter, splitInteractions } from "@wellbegun/adapters/mmrec";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { denseFeatures, type FeatureSource, type FitInput, type FitOptions } from "@wellbegun/core";
import { generateDataset, type SyntheticOptions } from "@wellbegun/synthetic";

const folder = fileURLToPath(new URL("../../../../fixtures/golden/", import.meta.url));

/** A golden case: input and expected output of an independent float64 implementation. */
export interface GoldenCase {
  readonly name: string;
  readonly modalities: readonly string[];
  readonly lambdas: readonly number[];
  readonly input: FitInput;
  /** Where Lloyd's iterations start. */
  readonly start: NonNullable<FitOptions["centroids"]>;
  /** The values of one of its `.npy` files. */
  values(file: string): Float32Array;
}

/** All cases, found by listing the folder. */
export function goldenCases(): GoldenCase[] {
  return readdirSync(folder).map(readCase);
}

function readCase(name: string): GoldenCase {
  const array = (file: string): { data: Float32Array; rows: number; columns: number } => {
    const own = decodeNpy(readFileSync(`${folder}${name}/${file}`), file);
    return { data: toFloat32(own), rows: own.rows, columns: own.columns };
  };
  const meta = JSON.parse(readFileSync(`${folder}${name}/meta.json`, "utf8")) as {
    readonly users: number;
    readonly items: number;
    readonly lambdas: readonly number[];
    readonly modalities: Readonly<Record<string, unknown>>;
  };
  const modalities = Object.keys(meta.modalities);
  const features: Record<string, FeatureSource> = {};
  const start: Record<string, { data: Float32Array; clusters: number }> = {};
  for (const modality of modalities) {
    const own = array(`${modality}_feat.npy`);
    features[modality] = denseFeatures(own.data, own.rows, own.columns);
    const seeds = array(`${modality}_seed_centroids.npy`);
    start[modality] = { data: seeds.data, clusters: seeds.rows };
  }
  const table = parseInter(readFileSync(`${folder}${name}/train.inter`));
  const counts = { userCount: meta.users, itemCount: meta.items };
  const interactions = splitInteractions(table, "train", counts);
  return {
    name,
    modalities,
    lambdas: meta.lambdas,
    input: { train: interactions, features },
    start,
    values: (file) => array(file).data,
  };
}

/** A synthetic dataset, of which a fit reads the train split and the features. */
export function syntheticInput(options: SyntheticOptions): FitInput {
  return generateDataset(options);
}
