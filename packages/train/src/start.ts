import { type Interactions, type Table, WellbegunError } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/options";
import { permuteRows, rowPermutation } from "@wellbegun/evaluation";
import { expectRows } from "./data.ts";
import { expectChoice, expectNames, expectPositives, expectToggles } from "./models/check-options.ts";
import type { TrainableModel } from "./models/model.ts";

/** Tables that a model starts from instead of random embeddings: those of `fit`, of a bundle, or of a trained model. */
export interface Start {
  /** U x d. Left out: users start at random. */
  readonly users?: Pick<Table, "data" | "rows" | "columns" | "ids"> | undefined;
  /** I x d. Left out: items start at random. */
  readonly items?: Pick<Table, "data" | "rows" | "columns" | "ids"> | undefined;
  /**
   * `xavier` (the default) brings the users to the root mean square that the model's random start would have,
   * and the items by the same factor, so that both stay in one space; items without users are scaled to their
   * own. `none` leaves the values.
   */
  readonly scale?: "xavier" | "none" | undefined;
  /** Factor of both tables after scaling. Default: 1; 2 improved graph models. */
  readonly factor?: number | undefined;
  /**
   * Shuffles the rows of each table, as a control: values and scale stay, but rows no longer belong to their
   * users and items. Default: false.
   */
  readonly permuted?: boolean | undefined;
}

const names = namesOf<Start>({ users: true, items: true, scale: true, factor: true, permuted: true });

/** @throws {WellbegunError} `invalid-option`, naming the option. */
export function expectStart(start: Start): void {
  const { scale = "xavier", factor = 1, permuted = false } = start;
  expectNames("the start", start, names);
  expectChoice("the start", { scale }, "scale", ["xavier", "none"]);
  expectPositives("the start", { factor }, ["factor"]);
  expectToggles("the start", { permuted }, ["permuted"]);
}

/**
 * Values for the parameters of a model that `start` replaces, by name. The users of VBPR, which are twice as wide as the
 * vectors, take a table of the vectors' width in both halves; its items take the first half of a table that is twice as wide,
 * such as that of another VBPR.
 *
 * @throws {WellbegunError} `mismatch` for rows, IDs or columns that do not fit, naming the first difference;
 * `invalid-data` for values that are not finite.
 */
export function startValues(
  start: Start,
  { parameters, starts }: Pick<TrainableModel, "parameters" | "starts">,
  train: Interactions,
  seed: number,
): Map<string, Float32Array> {
  const { scale = "xavier", factor = 1, permuted = false } = start;
  const values = new Map<string, Float32Array>();
  let shared: number | undefined;
  for (const side of ["users", "items"] as const) {
    const table = start[side];
    if (table === undefined) continue;
    expectTable(side, table, train);
    const target = parameters.get(starts[side])!.value;
    const copies = target.columns / table.columns;
    const wideUsers = hasContentBeside(parameters, starts);
    const both = wideUsers && side === "users" && copies === 2;
    // VBPR's own items are its embeddings beside the content, which the weights make anew.
    const half = wideUsers && side === "items" && copies === 0.5;
    if (copies !== 1 && !both && !half) {
      const width = parameters.get(starts.items)!.value.columns;
      const widths = wideUsers ? `${width} or ${2 * width}` : `${width}`;
      throw mismatch(`${widths} columns, the width of the model`, `${table.columns}`, `start, ${side}`);
    }
    const { rows, columns } = table;
    const ratio = scale === "none" ? 1 : Math.sqrt(2 / (rows + target.columns)) / rms(table.data);
    shared ??= Number.isFinite(ratio) ? ratio : 1;
    const data = permuted ? permuteRows(table.data, columns, rowPermutation(rows, seed, side)) : table.data;
    const scaled = data.map((value) => value * shared! * factor);
    const fit = half ? firstHalf : both ? twice : undefined;
    values.set(starts[side], fit === undefined ? scaled : fit(scaled, rows, columns));
  }
  return values;
}

function expectTable(side: "users" | "items", table: NonNullable<Start["users"]>, train: Interactions): void {
  const { userCount, userIds, itemCount, itemIds } = train;
  const rows = side === "users" ? ([userCount, userIds] as const) : ([itemCount, itemIds] as const);
  expectRows(side, `start, ${side}`, rows, [table.rows, table.ids]);
  if (table.data.length !== table.rows * table.columns) {
    const expected = `${table.rows} x ${table.columns} values`;
    throw mismatch(expected, `${table.data.length}`, `start, ${side}`);
  }
  const bad = table.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new WellbegunError("invalid-data", {
    doing: "starting from tables",
    expected: "finite values",
    found: `${table.data[bad]}`,
    at: `${side}, row ${Math.floor(bad / table.columns)}, column ${bad % table.columns}`,
  });
}

/** Whether users are twice as wide as items: the second half of an item is not a parameter. */
function hasContentBeside(
  parameters: TrainableModel["parameters"],
  { users, items }: TrainableModel["starts"],
): boolean {
  return parameters.get(users)!.value.columns === 2 * parameters.get(items)!.value.columns;
}

/** Root mean square. */
function rms(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares / values.length);
}

function twice(values: Float32Array, rows: number, columns: number): Float32Array {
  const doubled = new Float32Array(2 * values.length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    doubled.set(own, 2 * row * columns);
    doubled.set(own, (2 * row + 1) * columns);
  }
  return doubled;
}

function firstHalf(values: Float32Array, rows: number, columns: number): Float32Array {
  const half = columns / 2;
  const kept = new Float32Array(rows * half);
  for (let row = 0; row < rows; row++) {
    kept.set(values.subarray(row * columns, row * columns + half), row * half);
  }
  return kept;
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: "starting from tables", expected, found, at });
}
