import {
  createTable,
  type Interactions,
  itemDegrees,
  type ScoringTables,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import { describe, expectSameIds, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { COLD_ITEM_DEGREE } from "@wellbegun/evaluation";
import { type ItemMoments, itemMoments, scoreStatistics } from "./moments.ts";

/** The parameters that make the two scores comparable. */
export interface Calibration {
  /** The factor of a cold item's standardized content score. Larger: only outstanding cold items compete. */
  readonly slope: number;
  /**
   * The offset added to it, in standard deviations of the user's scores of warm items. Larger: more cold items.
   */
  readonly offset: number;
}

/** Options of {@link joinTables}. */
export interface JoinOptions extends Calibration {
  /** Largest number of train interactions of a cold item. Default: 2. */
  readonly coldDegree?: number | undefined;
}

// The result of `calibrate` is taken as it is, with what else it says.
const optionNames = [
  ...namesOf<JoinOptions>({ slope: true, offset: true, coldDegree: true }),
  "joined",
  "alone",
  "tried",
];

/**
 * Joins two pairs of tables into one: a trained model scores warm items, and content scores cold items, which
 * training has hardly changed. With s the product of a user's and an item's vectors,
 *
 *     warm: (s_model - mean_u) / deviation_u, both over the user's scores of warm items
 *     cold: offset + slope (s_content - mean_u) / deviation_u, both over the user's scores of cold items
 *
 * Both are again products of vectors, so any vector store can serve the result. A user's row holds the model
 * vector and the content vector, each divided by its deviation, and two columns for the means and the offset;
 * an item's row holds its vector in one half and zeros in the other. The means and deviations come from the
 * items' mean and covariance, exactly.
 *
 * @param model A trained model's tables, as the model multiplies them.
 * @param content The untrained tables of the same users and items.
 * @param train The interactions that the model was trained on: they determine which items are cold.
 * @returns Tables as wide as both together, and two columns more, with the IDs of the model's.
 * @throws {WellbegunError} `mismatch` if the tables are not of the train data's users and items (their IDs are compared wherever two
 * sides have them); `invalid-option` for a
 * calibration that is not finite or a slope that is not above 0.
 */
export function joinTables(
  model: ScoringTables,
  content: ScoringTables,
  train: Interactions,
  options: JoinOptions,
): ScoringTables {
  refuseUnknownKeys("joining tables", options, optionNames);
  const { slope, offset } = options;
  if (!(Number.isFinite(slope) && slope > 0)) refuse("a finite slope above 0", slope, "slope");
  if (!Number.isFinite(offset)) refuse("a finite offset", offset, "offset");
  expectRows("model", model, train);
  expectRows("content", content, train);
  expectSameIds("joining tables", "users of content", model.users.ids, content.users.ids);
  expectSameIds("joining tables", "items of content", model.items.ids, content.items.ids);
  const cold = coldItems(train, options.coldDegree);
  const width = model.users.columns;
  const columns = width + content.users.columns + 2;
  const items = new Float32Array(train.itemCount * columns);
  for (const [item, isCold] of cold.entries()) {
    const { data: source, columns: own } = (isCold === 1 ? content : model).items;
    const start = item * columns + (isCold === 1 ? width + 1 : 0);
    items.set(source.subarray(item * own, (item + 1) * own), start);
    items[start + own] = 1;
  }
  const users = new Float32Array(train.userCount * columns);
  const warm = cold.map((flag) => 1 - flag);
  standardize(users, columns, 0, model.users, itemMoments(model.items.data, width, warm), 1, 0);
  const ofCold = itemMoments(content.items.data, content.items.columns, cold);
  standardize(users, columns, width + 1, content.users, ofCold, slope, offset);
  return {
    users: createTable(users, train.userCount, columns, model.users.ids),
    items: createTable(items, train.itemCount, columns, model.items.ids),
  };
}

/** 1 for each item with at most `most` (default 2) train interactions, else 0. */
export function coldItems(train: Interactions, most: number = COLD_ITEM_DEGREE): Uint8Array {
  return Uint8Array.from(itemDegrees({ ...train, weights: undefined }), (degree) => (degree <= most ? 1 : 0));
}

/** Writes slope x vector / deviation and offset - slope x mean / deviation into columns `first ..` of every user. */
function standardize(
  into: Float32Array,
  columns: number,
  first: number,
  { data, rows, columns: width }: Table,
  moments: ItemMoments,
  slope: number,
  offset: number,
): void {
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * width, (row + 1) * width);
    const { mean, deviation } = scoreStatistics(vector, moments);
    // A user with equal scores for all items contributes nothing in this half: all items get the offset.
    const factor = deviation > 0 ? slope / deviation : 0;
    const start = row * columns + first;
    for (let c = 0; c < width; c++) into[start + c] = factor * vector[c]!;
    into[start + width] = offset - factor * mean;
  }
}

/** @throws {WellbegunError} `mismatch` unless the tables have the train data's users and items, by ID where both have IDs. */
export function expectRows(at: string, { users, items }: ScoringTables, train: Interactions): void {
  const doing = "joining tables";
  const fits = users.rows === train.userCount && items.rows === train.itemCount;
  if (fits && users.columns === items.columns) {
    expectSameIds(doing, `users of ${at}`, train.userIds, users.ids);
    expectSameIds(doing, `items of ${at}`, train.itemIds, items.ids);
    return;
  }
  throw new WellbegunError("mismatch", {
    doing,
    expected: `${train.userCount} users and ${train.itemCount} items of ${users.columns} values`,
    found: `${users.rows} and ${items.rows} of ${items.columns}`,
    at,
  });
}

function refuse(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "joining tables",
    expected,
    found: describe(found),
    at,
  });
}
