import { appendFile, readFile, rename, stat, writeFile } from "node:fs/promises";
import type { MmrecDataset } from "@wellbegun/adapters/node";
import { type FitOptions, type Observer, resolveBackend, WellbegunError } from "@wellbegun/core";
import {
  parseRecords,
  type SearchRecord,
  searchedNames,
  settingsToOptions,
  type TuneResult,
  tune,
} from "@wellbegun/tune";
import { candidates } from "../../shared/backends/candidates.ts";
import { loadDataset } from "../../shared/dataset.ts";
import type { TuneSettings } from "./options.ts";

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

const DOING = "tuning";

/** Reads the dataset, searches, and writes the config file; every judgment goes to the trials file as it is made. */
export async function runTuning(
  folder: string,
  settings: TuneSettings,
  observer: Observer & { readonly onDataset: (dataset: MmrecDataset) => void },
): Promise<TuningResult> {
  const start = performance.now();
  const { out = "tune.json", resume } = settings;
  const trials = resume ?? `${out.replace(/\.json$/, "")}.trials.jsonl`;
  if (settings.force !== true) await refuseExisting(resume === undefined ? [out, trials] : [out]);
  const recorded = resume === undefined ? [] : await readTrials(resume);
  const open: (() => Promise<void>)[] = [];
  try {
    const { users, separator, modalities } = settings;
    const { userColumn, itemColumn, labelColumn } = settings;
    const layout = { userColumn, itemColumn, labelColumn, separator, users, modalities };
    const columns = Object.fromEntries(Object.entries(layout).filter(([, value]) => value !== undefined));
    const dataset = await loadDataset(folder, columns);
    open.push(() => dataset.close());
    observer.onDataset(dataset);
    const { backend } = await resolveBackend(settings.backend ?? "auto", { candidates });
    open.push(() => backend.dispose());
    // The file begins when the first record is there: bad options leave nothing behind.
    let begun = recorded.length > 0;
    const onRecord = async (record: SearchRecord): Promise<void> => {
      const line = `${JSON.stringify(record)}\n`;
      await (begun ? appendFile(trials, line) : writeFile(trials, line)).catch(cannotWrite(trials));
      begun = true;
    };
    // Test rows stay behind: the search is handed train and validation rows alone.
    const { train, validation, features } = dataset;
    const { seed, restarts, zeroRows, objective, k, memory, budget } = settings;
    const given = searchedNames.filter((name) => settings[name] !== undefined);
    const space = Object.fromEntries(given.map((name) => [name, settings[name]]));
    const options = { seed, restarts, zeroRows, objective, k, memory, budget, modalities, space };
    const input = { features, train, validation };
    const result = await tune(input, { ...options, ...observer, backend, recorded, onRecord });
    const config = settingsToOptions(result.best.settings, configured(settings, result.head.fixed));
    await writeFile(`${out}.unfinished`, `${JSON.stringify(config, null, 2)}\n`).catch(cannotWrite(out));
    await rename(`${out}.unfinished`, out).catch(cannotWrite(out));
    const resumed = Math.max(0, recorded.length - 1);
    const totalTime = performance.now() - start;
    const files = { config: out, trials };
    return { ...result, dataset: folder, config, files, backend: backend.name, resumed, totalTime };
  } finally {
    for (const close of open.reverse()) await close();
  }
}

/** Of what all trials share, the part that `init` would do otherwise if it were not said. */
function configured(
  { modalities, seed, zeroRows }: TuneSettings,
  { restarts }: TuneResult["head"]["fixed"],
): FitOptions {
  return { modalities, seed, zeroRows, restarts };
}

/** The whole lines of an earlier search; a line that an interruption cut short is taken off the file. */
async function readTrials(path: string): Promise<SearchRecord[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", { doing: DOING, expected: "an earlier search", found, at: path, cause });
  });
  const records = parseRecords(text, path);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) await writeFile(path, whole).catch(cannotWrite(path));
  return records;
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "a file that is not there yet",
      found: "one of an earlier run",
      at: path,
      hint: "Go on with its search by --resume, choose another --out, or replace it by --force.",
    });
  }
}

function cannotWrite(path: string): (cause: unknown) => never {
  return (cause) => {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", { doing: DOING, expected: "to write the file", found, at: path, cause });
  };
}
