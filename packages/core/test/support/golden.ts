import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { denseFeatures, type FitInput, interactionsFromArrays } from "../../src/index.ts";
import { readFloats } from "./npy.ts";

const folder = fileURLToPath(new URL("../../../../fixtures/golden/", import.meta.url));

/** `meta.json` of a case. */
interface Meta {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly clusters: number;
  readonly lambdas: readonly number[];
  readonly modalities: Readonly<Record<string, { readonly dim: number; readonly inertia: number }>>;
}

/** One golden case: input and expected output of an independent float64 implementation. */
export interface GoldenCase {
  readonly name: string;
  readonly meta: Meta;
  readonly input: FitInput;
  /** Path of one of its files. */
  path(file: string): string;
}

/** All cases, found by listing the folder. */
export function goldenCases(): GoldenCase[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => readCase(name));
}

function readCase(name: string): GoldenCase {
  const path = (file: string): string => `${folder}${name}/${file}`;
  const meta = JSON.parse(readFileSync(path("meta.json"), "utf8")) as Meta;
  const [, ...lines] = readFileSync(path("train.inter"), "utf8").trim().split("\n");
  const pairs = lines.map((line) => line.split("\t").map(Number));
  const interactions = interactionsFromArrays({
    users: pairs.map(([user]) => user!),
    items: pairs.map(([, item]) => item!),
    userCount: meta.users,
    itemCount: meta.items,
  });
  const features = Object.fromEntries(
    Object.keys(meta.modalities).map((modality) => {
      const { data, rows, columns } = readFloats(path(`${modality}_feat.npy`));
      return [modality, denseFeatures(data, rows, columns)];
    }),
  );
  return { name, meta, input: { train: interactions, features }, path };
}
