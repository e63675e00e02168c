import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { type Interactions, interactionsFromArrays } from "@wellbegun/core";
import type { Batch } from "../../src/batch.ts";

/** The recorded cases, or those of another seed that experiments/train/golden.py wrote. */
const folder =
  process.env.WELLBEGUN_GOLDEN_ALIGNREC ??
  fileURLToPath(new URL("../../../../fixtures/golden-alignrec", import.meta.url));

export interface GoldenSettings {
  n_ui_layers: number;
  n_layers: number;
  knn_k: number;
  batch_size: number;
  reg_weight: number;
  cl_loss: number;
  sim_weight: number;
  ui_cosine_loss: boolean;
  ui_cosine_loss_weight: number;
  side_emb_div: number;
  use_ln: boolean;
  warm_up: boolean;
  learning_rate: number;
}

export interface GoldenStep {
  epoch: number;
  rate: number;
  total: number;
  bpr: number;
  emb: number;
  cca_items: number;
  cca_users: number;
  uia: number;
  sim: number;
}

/** A recorded run of an independent float64 implementation of AlignRec. */
export interface GoldenCase {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly dimensions: number;
  readonly settings: GoldenSettings;
  readonly steps: readonly GoldenStep[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly splits: {
    readonly train: Interactions;
    readonly validation: Interactions;
    readonly test: Interactions;
  };
  /** Names of the arrays, without their ending. */
  readonly arrays: readonly string[];
  array(name: string): GoldenArray;
  batch(step: number): Batch;
}

export interface GoldenArray {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** All cases of the folder. */
export function goldenCases(): GoldenCase[] {
  return readdirSync(folder).map((name) => readCase(name));
}

function readCase(name: string): GoldenCase {
  const path = `${folder}/${name}/`;
  const meta = JSON.parse(readFileSync(`${path}meta.json`, "utf8"));
  const array = (file: string): GoldenArray => {
    const { shape, rows, columns, data } = decodeNpy(readFileSync(`${path}${file}.npy`), file);
    const values = Float64Array.from(data as ArrayLike<number>);
    // A vector is a row, as biases are here.
    return shape.length === 1 ? { values, rows: 1, columns: rows } : { values, rows, columns };
  };
  const lines = readFileSync(`${path}train.inter`, "utf8").trim().split("\n").slice(1);
  const rows = lines.map((line) => line.split("\t").map(Number));
  const split = (label: number): Interactions => {
    const own = rows.filter((row) => row[2] === label);
    return interactionsFromArrays({
      users: own.map((row) => row[0]!),
      items: own.map((row) => row[1]!),
      userCount: meta.users,
      itemCount: meta.items,
    });
  };
  return {
    name,
    users: meta.users,
    items: meta.items,
    dimensions: meta.embedding,
    settings: meta.settings,
    steps: meta.steps,
    metrics: meta.metrics,
    splits: { train: split(0), validation: split(1), test: split(2) },
    arrays: readdirSync(path)
      .filter((file) => file.endsWith(".npy"))
      .map((file) => file.slice(0, -4)),
    array,
    batch: (step) => {
      const { values, columns } = array(`batch${step}`);
      const [users, positives, negatives] = [0, 1, 2].map((row) =>
        Uint32Array.from(values.subarray(row * columns, (row + 1) * columns)),
      );
      return { users: users!, positives: positives!, negatives: negatives! };
    },
  };
}
