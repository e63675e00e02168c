import { interactionsFromArrays } from "@wellbegun/core";
import { expect, it } from "vitest";
import { type TuneOptions, tune } from "../src/index.ts";
import { syntheticData } from "./data.ts";

const data = syntheticData(120, 900);
const cases: readonly [what: string, options: TuneOptions, at: string][] = [
  ["no trials", { budget: { trials: 0 } }, "budget"],
  ["half a trial", { budget: { trials: 1.5 } }, "budget"],
  ["no time", { budget: { seconds: 0 } }, "budget"],
  ["neither", { budget: {} }, "budget"],
  ["lists of no items", { k: 0 }, "k"],
  ["an empty dimension", { space: { lambda: [] } }, "lambda"],
  ["lambda beyond 1", { space: { lambda: [0.5, 2] } }, "lambda"],
  ["more clusters than items", { space: { clusters: [161] } }, "clusters"],
  ["a width beyond the features", { space: { dim: [33] } }, "dim"],
  ["a weight of 0", { space: { weights: [0, 1] } }, "weights"],
  ["a misspelt dimension", { space: { lamda: [0.5] } as TuneOptions["space"] }, "lamda"],
  ["an unknown modality", { modalities: ["text"] }, "modalities"],
  ["an option that does not exist", { trials: 5 } as TuneOptions, "trials"],
  ["a misspelled budget", { budget: { trial: 5 } } as TuneOptions, "trial"],
  ["a bad seed", { seed: -1 }, "seed"],
];

it.each(cases)("tune refuses %s", async (_, options, at) => {
  const records: unknown[] = [];
  const run = tune(data, { ...options, onRecord: (record) => void records.push(record) });
  await expect(run).rejects.toMatchObject({ code: "invalid-option", at });
  expect(records).toEqual([]);
});

it("tune refuses validation rows without any interaction to find", async () => {
  const none = new Uint32Array(0);
  const { userCount, itemCount } = data.train;
  const validation = interactionsFromArrays({ users: none, items: none, userCount, itemCount });
  await expect(tune({ ...data, validation })).rejects.toMatchObject({ code: "invalid-data" });
});

it("tune refuses validation rows and features of other data", async () => {
  const other = interactionsFromArrays({
    users: Uint32Array.of(0),
    items: Uint32Array.of(0),
    userCount: 3,
    itemCount: 3,
  });
  await expect(tune({ ...data, validation: other })).rejects.toMatchObject({
    code: "mismatch",
    at: "validation",
  });
  const short = { image: { ...data.features.image!, rows: 5 } };
  await expect(tune({ ...data, features: short })).rejects.toMatchObject({ code: "mismatch" });
});
