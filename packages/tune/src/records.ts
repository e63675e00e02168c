import { WellbegunError } from "@wellbegun/core";
import type { Objective } from "./objective.ts";
import type { Draw } from "./sampler.ts";
import { type FixedOptions, type Settings, settingsKey } from "./settings.ts";
import type { Dimension } from "./space.ts";

/** The description of a search: two searches with equal heads proceed identically. */
export interface SearchHead {
  readonly kind: "search";
  readonly version: 1;
  readonly objective: Objective;
  readonly k: number;
  readonly seed: number;
  readonly users: number;
  readonly items: number;
  /** Train and validation interactions. */
  readonly train: number;
  readonly validation: number;
  /** Units (users, or items) that are judged. */
  readonly units: number;
  /** Checksums of the train and validation rows. */
  readonly rows: string;
  /** The data's identity from the caller, such as hashes of the features; omitted if not given. */
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly dimensions: readonly Dimension[];
  /** Options of `fit` that every trial shares. */
  readonly fixed: FixedOptions;
}

/** One judgment of one trial. */
export interface TrialRecord {
  readonly kind: "trial";
  /** Number of the trial, from 0, in the order of drawing. */
  readonly trial: number;
  readonly draw: Draw;
  /** Number of units that were judged: the first ones in the seeded order. */
  readonly units: number;
  /** Mean score over these units. */
  readonly score: number;
  readonly settings: Settings;
}

/** A line of a search's file. */
export type SearchRecord = SearchHead | TrialRecord;

/**
 * Reads a search's file: one JSON object on each line. A last line that an interruption cut short is ignored.
 *
 * @param label What to call the file in errors.
 * @throws {WellbegunError} `format` naming the line that is not a record.
 */
export function parseRecords(text: string, label: string = "the search file"): SearchRecord[] {
  const lines = text.split("\n");
  const complete = lines.slice(0, -1);
  return complete.map((line, index) => {
    const record = parseLine(line);
    const expected = index === 0 ? "search" : "trial";
    if (record?.kind === expected) return record;
    throw new WellbegunError("format", {
      doing: "reading an earlier search",
      expected: index === 0 ? "the head of a search" : "a trial",
      found: line.slice(0, 60),
      at: `${label}, line ${index + 1}`,
    });
  });
}

function parseLine(line: string): SearchRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !("kind" in value) || !isWithin(value, MOST_LEVELS)) return undefined;
  if (value.kind === "search") return value as SearchHead;
  const { trial, units, score, settings } = value as Partial<TrialRecord>;
  const numbers = Number.isSafeInteger(trial) && Number.isSafeInteger(units) && Number.isFinite(score);
  return numbers && isRecord(settings) && isRecord(settings.weights) ? (value as TrialRecord) : undefined;
}

/** Accepted nesting depth of a record, which is ample: comparing deeper objects could exhaust the stack. */
const MOST_LEVELS = 16;

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isWithin(part, levels - 1));
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Judgments of an earlier run, which are looked up instead of computed. */
export class Recorded {
  readonly #scores = new Map<string, number>();

  /**
   * @throws {WellbegunError} `mismatch` if the records are of another search, naming the first difference.
   */
  constructor(head: SearchHead, records: readonly SearchRecord[]) {
    for (const record of records) {
      if (record.kind === "search") requireSame(head, record);
      else this.#scores.set(keyOf(record.trial, record.units, record.settings), record.score);
    }
  }

  /** The score of a judgment, if it was recorded. */
  find(trial: number, units: number, settings: Settings): number | undefined {
    return this.#scores.get(keyOf(trial, units, settings));
  }
}

function keyOf(trial: number, units: number, settings: Settings): string {
  return `${trial} ${units} ${settingsKey(settings)}`;
}

function requireSame(head: SearchHead, found: SearchHead): void {
  const before = namedParts(found);
  for (const [at, value] of namedParts(head)) {
    const [own, other] = [JSON.stringify(value), JSON.stringify(before.get(at))];
    if (own === other) continue;
    throw new WellbegunError("mismatch", {
      doing: "going on with an earlier search",
      expected: `${at} ${own}`,
      found: other ?? "none",
      at,
      hint: "A search goes on with the data and the options that it began with; only the budget may differ.",
    });
  }
}

/** The fields of a head; each part of the data's identity is one. */
function namedParts({ data, ...head }: SearchHead): Map<string, unknown> {
  return new Map<string, unknown>([...Object.entries(head), ...Object.entries(data ?? {})]);
}

/** FNV-1a hash of the interactions, which distinguishes datasets with equal counts. */
export function checksum(arrays: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) hash = Math.imul(hash ^ array[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
