import { WellbegunError } from "@wellbegun/core";
import { splits } from "../columns/log.ts";
import { splitLabels } from "../columns/split-rows.ts";
import type { Split } from "../split.ts";

/** A file of interactions. */
export interface InterFile {
  readonly file: string;
  /** The split of all its rows; null if a column says the split of each row. */
  readonly split: Split | null;
}

/** The files that hold a dataset's interactions. */
export interface InterFiles {
  /** The dataset's name, as MMRec and RecBole call it. */
  readonly name: string;
  /** One table, or the file of each split, train first. */
  readonly files: readonly InterFile[];
}

const ENDING = ".inter";

/**
 * The interactions among a folder's files: the only `.inter` table, else the one with the folder's name, else a file for each
 * split, `<ds>.train.inter`, `<ds>.valid.inter` and `<ds>.test.inter`, which RecBole reads with
 * `benchmark_filename: ['train', 'valid', 'test']`. There must be train rows; the other two may be missing.
 *
 * @param folder What to call the folder in errors.
 * @param name The folder's name.
 * @throws {WellbegunError} `invalid-data` if there is no table, or several of which none is meant.
 */
export function chooseInterFiles(folder: string, name: string, names: readonly string[]): InterFiles {
  const tables = names.filter((file) => file.endsWith(ENDING));
  const preferred = name + ENDING;
  const table = tables.length === 1 ? tables[0] : tables.find((file) => file === preferred);
  if (table !== undefined)
    return { name: table.slice(0, -ENDING.length), files: [{ file: table, split: null }] };
  const parts = filesOfSplits(tables);
  if (parts !== undefined) return parts;
  const packed = tables.length > 0 ? [] : names.filter((file) => /\.inter\.(gz|zip|zst|bz2|xz)$/.test(file));
  throw new WellbegunError("invalid-data", {
    doing: "reading an MMRec dataset",
    expected:
      tables.length === 0
        ? "a file *.inter"
        : `one file *.inter, one named ${preferred}, or one for each split (<name>.train.inter, <name>.valid.inter, <name>.test.inter)`,
    found: tables.length === 0 ? ["none", ...packed].join(", but ") : tables.join(", "),
    at: folder,
    ...(packed.length === 0 ? {} : { hint: "Unpack the file first." }),
  });
}

/** The tables by their splits; undefined if they are not the splits of one dataset. */
function filesOfSplits(tables: readonly string[]): InterFiles | undefined {
  const files = new Map<Split, string>();
  const stems = new Set<string>();
  for (const file of tables) {
    const [, stem = "", label = ""] = /^(.+)\.([^.]+)\.inter$/.exec(file) ?? [];
    if (!Object.hasOwn(splitLabels, label)) return undefined;
    stems.add(stem);
    files.set(splits[splitLabels[label]!]!, file);
  }
  if (stems.size !== 1 || files.size !== tables.length || !files.has("train")) return undefined;
  const [name] = stems;
  return {
    name: name!,
    files: splits.flatMap((split) => (files.has(split) ? [{ file: files.get(split)!, split }] : [])),
  };
}
