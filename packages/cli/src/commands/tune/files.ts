import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ioError } from "@wellbegun/adapters/node";
import { type FitOptions, isWellbegunError, type WellbegunError } from "@wellbegun/core";
import { parseRecords, type SearchRecord } from "@wellbegun/tune";
import type { Io } from "../../shared/io.ts";
import { entriesOf } from "../../shared/options/settings.ts";
import { checkOutputFile, namedAgain } from "../../shared/output-file.ts";
import { writeWhole } from "../../shared/write-whole.ts";
import { initSettings } from "../init/options.ts";
import type { TuneSettings } from "./options.ts";

const DOING = "tuning";

/** The files of a search. */
export interface SearchFiles {
  /** The best setting, for `init --config`. */
  readonly config: string;
  /** Every judgment, a line each. */
  readonly trials: string;
  /** Judgments of an earlier run that goes on here; empty for a new search. */
  readonly recorded: readonly SearchRecord[];
  /** Appends one judgment to the trials. */
  append(record: SearchRecord): Promise<void>;
  /** Writes the config as a whole; only then is an earlier search's trials file removed. */
  finish(config: FitOptions): Promise<void>;
}

/**
 * Opens the files of a search. An earlier search that `--force` replaces stays whole until the new one is complete: its
 * config file is replaced by renaming, and its trials lie beside the new ones meanwhile, under a name that tells the config
 * file that they belong to: `<name>.previous-<hash>.trials.jsonl`.
 *
 * @throws {WellbegunError} `invalid-option` if a file must not be replaced; `io` and `format` for the file to resume.
 */
export async function openSearchFiles(
  dataset: readonly string[],
  { out = "tune.json", resume, force }: TuneSettings,
  io: Io,
): Promise<SearchFiles> {
  const base = out.replace(/\.json$/, "");
  const trials = resume ?? `${base}.trials.jsonl`;
  const replacing = { replacesOwn: force === true, replacesAny: namedAgain(out, force) };
  const inputs = resume === undefined ? dataset : [...dataset, resume];
  const hint = "Go on with its search by --resume, choose another --out, or replace it by --force.";
  await checkOutputFile({ path: out, what: "a config file", inputs, isOwn: isConfig, hint, ...replacing });
  const rows = { inputs: dataset, isOwn: isTrials, hint, ...replacing };
  if (resume === undefined) await checkOutputFile({ path: trials, what: "a file of trials", ...rows });
  const recorded = resume === undefined ? [] : await readTrials(resume);
  // The file begins when the first record is there: bad options leave nothing behind.
  let begun = recorded.length > 0;
  return {
    config: out,
    trials,
    recorded,
    append: async (record) => {
      const line = `${JSON.stringify(record)}\n`;
      try {
        if (!begun) await setAside(trials, out, base);
        await (begun ? appendFile(trials, line) : writeFile(trials, line));
      } catch (cause) {
        throw cannotWrite(trials, cause);
      }
      begun = true;
    },
    finish: async (config) => {
      await writeWhole(out, `${JSON.stringify(config, null, 2)}\n`, DOING, io);
      await removeReplaced(base);
    },
  };
}

/** Renames the trials that belong to a config file, unless an earlier run, which was not completed, has done so. */
async function setAside(trials: string, config: string, base: string): Promise<void> {
  const text = await readFile(config).catch(() => undefined);
  if (text === undefined || !(await isThere(trials))) return;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const previous = `${base}.previous-${hash}.trials.jsonl`;
  if (!(await isThere(previous))) await rename(trials, previous);
}

/** Removes the trials that were set aside. */
async function removeReplaced(base: string): Promise<void> {
  const folder = dirname(base);
  const start = `${basename(base)}.previous-`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start) || !/^[0-9a-f]{8}\.trials\.jsonl$/.test(name.slice(start.length))) continue;
    await rm(join(folder, name), { force: true }).catch((cause: unknown) => {
      throw cannotWrite(join(folder, name), cause);
    });
  }
}

/** Whether a text is a config file's: a JSON object whose keys are all options of `init`. */
function isConfig(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const known = new Set<string>(entriesOf(initSettings).map(([name]) => name));
    return typeof value === "object" && value !== null && Object.keys(value).every((key) => known.has(key));
  } catch {
    return false;
  }
}

function isTrials(start: string): boolean {
  try {
    return parseRecords(start).length > 0;
  } catch (error) {
    if (isWellbegunError(error)) return false;
    throw error;
  }
}

/** The whole lines of an earlier search; a line that an interruption cut short is taken off the file. */
async function readTrials(path: string): Promise<SearchRecord[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw ioError(DOING, "the trials of an earlier search", path, cause);
  });
  const records = parseRecords(text, path);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) await writeFile(path, whole).catch((cause) => Promise.reject(cannotWrite(path, cause)));
  return records;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function cannotWrite(path: string, cause: unknown): WellbegunError {
  return ioError(DOING, "a writable file in a folder that is there", path, cause);
}
