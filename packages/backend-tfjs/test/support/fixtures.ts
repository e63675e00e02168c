import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { decodeNpy, type NpyArray, toFloat32, toInt32 } from "@wellbegun/adapters/npy";
import { createTable, type FitInput, type FitOptions, type Table } from "@wellbegun/core";
import { generateDataset, type SyntheticOptions } from "@wellbegun/synthetic";

const folder = fileURLToPath(new URL("../../../../fixtures/golden/", import.meta.url));

/** One golden case: input and expected output of an independent float64 implementation. */
export interface GoldenCase {
  readonly name: string;
  readonly modalities: readonly string[];
  readonly lambdas: readonly number[];
  readonly input: FitInput;
  /** Where its k-means starts. */
  readonly start: NonNullable<FitOptions["centroids"]>;
  table(file: string): Table;
  labels(file: string): Int32Array;
}

/** All cases, found by listing the folder. */
export async function goldenCases(): Promise<GoldenCase[]> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return await Promise.all(entries.map(({ name }) => readCase(name)));
}

async function readCase(name: string): Promise<GoldenCase> {
  const read = (file: string): NpyArray => decodeNpy(readFileSync(`${folder}${name}/${file}`), file);
  const table = (file: string): Table => {
    const array = read(file);
    return createTable(toFloat32(array), array.rows, array.columns);
  };
  const meta = JSON.parse(readFileSync(`${folder}${name}/meta.json`, "utf8")) as {
    readonly users: number;
    readonly lambdas: readonly number[];
  };
  const { train, features } = await readMmrecDataset(`${folder}${name}`, { userCount: meta.users });
  const modalities = Object.keys(features);
  const start = modalities.map((modality) => {
    const { data, rows } = table(`${modality}_seed_centroids.npy`);
    return [modality, { data, clusters: rows }] as const;
  });
  return {
    name,
    modalities,
    lambdas: meta.lambdas,
    input: { train, features },
    start: Object.fromEntries(start),
    table,
    labels: (file) => toInt32(read(file)),
  };
}

/** The train split of a synthetic dataset, and its features. */
export function syntheticInput(options: SyntheticOptions): FitInput {
  return generateDataset({ ...options, holdout: 0 });
}
