import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { denseFeatures, type FitInput, interactionsFromArrays, type StartCentroids } from "@wellbegun/core";
import { generateDataset, type SyntheticOptions } from "@wellbegun/synthetic";

const folder = fileURLToPath(new URL("../../../../fixtures/golden/", import.meta.url));

/** A table of a golden case. */
export interface GoldenTable {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** One golden case: input and expected output of an independent float64 implementation. */
export interface GoldenCase {
  readonly name: string;
  readonly modalities: readonly string[];
  readonly lambdas: readonly number[];
  readonly input: FitInput;
  /** Where its k-means starts. */
  readonly start: Readonly<Record<string, StartCentroids>>;
  /** A table of float32 from one of its files. */
  table(file: string): GoldenTable;
  /** Labels from one of its files. */
  labels(file: string): Int32Array;
}

/** All cases, found by listing the folder. */
export function goldenCases(): GoldenCase[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => readCase(name));
}

function readCase(name: string): GoldenCase {
  const meta = JSON.parse(readFileSync(`${folder}${name}/meta.json`, "utf8")) as {
    readonly users: number;
    readonly items: number;
    readonly lambdas: readonly number[];
    readonly modalities: Readonly<Record<string, unknown>>;
  };
  const table = (file: string): GoldenTable => {
    const { body, shape } = readNpy(`${folder}${name}/${file}`, "<f4");
    return { data: new Float32Array(body), rows: shape[0]!, columns: shape[1]! };
  };
  const [, ...lines] = readFileSync(`${folder}${name}/train.inter`, "utf8").trim().split("\n");
  const pairs = lines.map((line) => line.split("\t").map(Number));
  const interactions = interactionsFromArrays({
    users: pairs.map(([user]) => user!),
    items: pairs.map(([, item]) => item!),
    userCount: meta.users,
    itemCount: meta.items,
  });
  const modalities = Object.keys(meta.modalities);
  const byModality = <T>(make: (modality: string) => T): Record<string, T> =>
    Object.fromEntries(modalities.map((modality) => [modality, make(modality)]));
  return {
    name,
    modalities,
    lambdas: meta.lambdas,
    input: {
      train: interactions,
      features: byModality((modality) => {
        const { data, rows, columns } = table(`${modality}_feat.npy`);
        return denseFeatures(data, rows, columns);
      }),
    },
    start: byModality((modality) => {
      const { data, rows } = table(`${modality}_seed_centroids.npy`);
      return { data, clusters: rows };
    }),
    table,
    labels: (file) => new Int32Array(readNpy(`${folder}${name}/${file}`, "<i4").body),
  };
}

/** The body of a `.npy` file as numpy writes it: version 1, little-endian, C order. */
function readNpy(path: string, type: string): { body: ArrayBuffer; shape: number[] } {
  const file = readFileSync(path);
  const headerLength = file.readUInt16LE(8);
  const header = file.toString("latin1", 10, 10 + headerLength);
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (!header.includes(`'descr': '${type}', 'fortran_order': False`) || shape === undefined) {
    throw new Error(`${path}: ${header}`);
  }
  const body = new Uint8Array(file.subarray(10 + headerLength)).buffer;
  return {
    body,
    shape: shape
      .split(",")
      .filter((part) => part.trim())
      .map(Number),
  };
}

/** The train rows of a synthetic dataset, its features made once. */
export async function syntheticInput(options: SyntheticOptions): Promise<FitInput> {
  const data = generateDataset(options);
  const features = Object.entries(data.features).map(async ([name, source]) => {
    const { rows, columns, missing } = source;
    const table = new Float32Array(rows * columns);
    await source.read(0, rows, table);
    return [name, denseFeatures(table, rows, columns, { missing })] as const;
  });
  return {
    train: data.train,
    features: Object.fromEntries(await Promise.all(features)),
  };
}
