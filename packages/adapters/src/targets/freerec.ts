/**
 * freerec's dataset layout as bytes: `train.txt`, `valid.txt` and `test.txt`, tables with a header and IDs from 0.
 *
 * Source: https://github.com/MTandHJ/freerec, freerec/data/preprocessing/base.py
 *
 * @module
 */
import { type Interactions, interactionsFromArrays, WellbegunError } from "@wellbegun/core";
import { columnOf, parseDelimited } from "./delimited.ts";
import { requireRowNumbers } from "./row-counts.ts";

/** The bytes of the three files. */
export interface FreerecFiles {
  readonly train: Uint8Array;
  readonly valid: Uint8Array;
  readonly test: Uint8Array;
}

/** Options of {@link parseFreerec}. */
export interface FreerecOptions {
  /** Default: `USER`. */
  readonly userColumn?: string | undefined;
  /** Default: `ITEM`. */
  readonly itemColumn?: string | undefined;
}

/**
 * The interactions of the three splits. Users and items are counted over all of them: the largest ID plus 1. freerec
 * counts the distinct IDs, which is the same number for the datasets that it prepares, whose IDs have no gaps.
 *
 * @throws {WellbegunError} `format` if a column is missing or a row has another number of fields than the
 * header; `invalid-data` if an ID is not a whole number below 2^31, or the largest ID is so far above the
 * number of interactions that the IDs cannot be row numbers.
 */
export function parseFreerec(
  files: FreerecFiles,
  options: FreerecOptions = {},
): Readonly<Record<"train" | "validation" | "test", Interactions>> {
  const splits = {
    train: readSplit(files.train, "train.txt", options),
    validation: readSplit(files.valid, "valid.txt", options),
    test: readSplit(files.test, "test.txt", options),
  };
  const all = Object.values(splits);
  const userCount = 1 + Math.max(-1, ...all.map(({ lastUser }) => lastUser));
  const itemCount = 1 + Math.max(-1, ...all.map(({ lastItem }) => lastItem));
  const hint = "freerec numbers users and items from 0.";
  const joined = (side: "users" | "items"): Uint32Array =>
    Uint32Array.from(all.flatMap((one) => [...one[side]]));
  requireRowNumbers("user", joined("users"), userCount, "train.txt, valid.txt, test.txt", hint);
  requireRowNumbers("item", joined("items"), itemCount, "train.txt, valid.txt, test.txt", hint);
  const build = ({ users, items }: Split): Interactions =>
    interactionsFromArrays({ users, items, userCount, itemCount });
  return { train: build(splits.train), validation: build(splits.validation), test: build(splits.test) };
}

interface Split {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  readonly lastUser: number;
  readonly lastItem: number;
}

function readSplit(bytes: Uint8Array, label: string, options: FreerecOptions): Split {
  const table = parseDelimited(bytes, "\t", label);
  const names = [options.userColumn ?? "USER", options.itemColumn ?? "ITEM"] as const;
  const places = names.map((name) => columnOf(table, name));
  const ids = places.map((place, side) =>
    Uint32Array.from(table.rows, (row, r) =>
      wholeId(row[place]!, `${label}, line ${table.lineOf(r)}, column ${names[side]}`),
    ),
  );
  const [users, items] = [ids[0]!, ids[1]!];
  const last = (values: Uint32Array): number => values.reduce((most, value) => Math.max(most, value), -1);
  return { users, items, lastUser: last(users), lastItem: last(items) };
}

function wholeId(text: string, at: string): number {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (id < 2 ** 31 - 1) return id;
  const parts = {
    doing: "reading freerec's interactions",
    expected: "a whole number from 0",
    found: JSON.stringify(text),
    at,
  };
  throw new WellbegunError("invalid-data", parts);
}
