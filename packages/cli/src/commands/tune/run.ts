import { identifyData } from "@wellbegun/adapters/node";
import { type FitOptions, type Observer, resolveBackend } from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import { searchedNames, settingsToOptions, type TuneResult, tune } from "@wellbegun/tune";
import { candidates } from "../../shared/backends/candidates.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { DatasetSource } from "../../shared/dataset-source.ts";
import { refuseWithoutRows } from "../../shared/held-out.ts";
import type { Io } from "../../shared/io.ts";
import { refuseIneffective } from "../../shared/options/ineffective.ts";
import { openSearchFiles } from "./files.ts";
import type { TuneSettings } from "./options.ts";
import { tuneRules } from "./rules.ts";

/** What `tune` did, as data: the object that `--json` prints. */
export interface TuningResult extends TuneResult {
  readonly dataset: string;
  /** The best setting, as the config file holds it. */
  readonly config: FitOptions;
  readonly files: { readonly config: string; readonly trials: string };
  readonly backend: string;
  /** Judgments that an earlier run had made. */
  readonly resumed: number;
  /** Milliseconds, reading included. */
  readonly totalTime: number;
}

/** Reads the dataset, searches, and writes the config file; every judgment goes to the trials file as it is made. */
export async function runTuning(
  source: DatasetSource,
  settings: TuneSettings,
  observer: Observer & { readonly onDataset: (dataset: OpenDataset) => void },
  io: Io,
): Promise<TuningResult> {
  const start = performance.now();
  const files = await openSearchFiles(source.inputs, settings, io);
  return await whileOpen(async (onClose) => {
    const dataset = await source.open(observer);
    onClose(() => dataset.close());
    // Only now is it known whether the dataset has a single modality.
    refuseIneffective<TuneSettings>(tuneRules, { ...settings, modalities: Object.keys(dataset.features) });
    observer.onDataset(dataset);
    const { backend } = await resolveBackend(settings.backend ?? "auto", { candidates });
    onClose(() => backend.dispose());
    // Test rows stay behind: the search is handed train and validation rows alone.
    const { train, validation, features } = dataset;
    if (settings.objective !== "item-cf") {
      refuseWithoutRows(validation, source, {
        doing: "searching for options",
        split: "validation",
        wanted: ", by which vectors are judged",
      });
    }
    const { seed, restarts, zeroRows, objective, k, memory, budget, modalities, overlap } = settings;
    const given = searchedNames.filter((name) => settings[name] !== undefined);
    const space = Object.fromEntries(given.map((name) => [name, settings[name]]));
    const options = { seed, restarts, zeroRows, objective, k, memory, budget, modalities, overlap, space };
    const input = { features, train, validation };
    const data = await dataNames(dataset, observer);
    const result = await tune(input, {
      ...options,
      data,
      signal: observer.signal,
      onProgress: observer.onProgress,
      backend,
      recorded: files.recorded,
      onRecord: files.append,
    });
    const config = settingsToOptions(result.best.settings, configured(settings, result.head.fixed));
    await files.finish(config);
    const resumed = Math.max(0, files.recorded.length - 1);
    const totalTime = performance.now() - start;
    const { config: out, trials } = files;
    return {
      ...result,
      dataset: source.label,
      config,
      files: { config: out, trials },
      backend: backend.name,
      resumed,
      totalTime,
    };
  });
}

/** The dataset's identity, for the head of the file of trials. */
async function dataNames(dataset: OpenDataset, observer: Observer): Promise<Record<string, string>> {
  const { train, features } = await identifyData(dataset, { signal: observer.signal });
  const ids = { "user IDs": train.userIds, "item IDs": train.itemIds };
  const named: Record<string, string> = { "train interactions": train.sha256 };
  for (const [name, hash] of Object.entries(ids)) if (hash !== null) named[name] = hash;
  for (const [name, { sha256 }] of Object.entries(features)) named[`features of modality ${name}`] = sha256;
  return named;
}

/** Of what all trials share, the part that `init` would do otherwise if it were not said. */
function configured(
  { modalities, seed, zeroRows }: TuneSettings,
  { restarts }: TuneResult["head"]["fixed"],
): FitOptions {
  return { modalities, seed, zeroRows, restarts };
}
