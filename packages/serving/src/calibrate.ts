import {
  type Backend,
  createTable,
  type Interactions,
  interactionsFromArrays,
  type Observer,
  type RecommendOptions,
  recommend,
  type ScoringTables,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import { describe, namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { COLD_ITEM_DEGREE, type EvaluationSplit } from "@wellbegun/evaluation";
import { type Calibration, coldItems, joinTables } from "./join.ts";
import { type HalfLists, type JoinedQuality, mergedQuality } from "./merge.ts";

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends Observer {
  /** Length of the lists. Default: 20. */
  readonly k?: number | undefined;
  /** Largest loss of Recall@K over all items, as a share of the model's own. Default: 0.005. */
  readonly tolerance?: number | undefined;
  /** Largest number of train interactions of a cold item. Default: 2. */
  readonly coldDegree?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`. */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<CalibrateOptions>({
  k: true,
  tolerance: true,
  coldDegree: true,
  backend: true,
  signal: true,
  onProgress: true,
});

/** The result of {@link calibrate}: the options of {@link joinTables}, and how well they do. */
export interface CalibrationResult extends Calibration {
  /** Largest number of train interactions of a cold item, as given. */
  readonly coldDegree: number;
  /** The quality with this calibration, on the split's held-out rows. */
  readonly joined: JoinedQuality;
  /** The quality of the model alone, on the same rows. */
  readonly alone: JoinedQuality;
  /** Every calibration that was compared. */
  readonly tried: readonly (Calibration & JoinedQuality)[];
}

const slopes: readonly number[] = [0.1, 0.25, 0.5, 1, 2];
/** Offsets in standard deviations, from lists without cold items to lists of only cold items. */
const offsets: readonly number[] = Array.from({ length: 57 }, (_, step) => step / 4 - 6);

/**
 * Finds the calibration of {@link joinTables} on validation rows: the one with the best Recall@K on cold items among
 * those whose Recall@K over all items stays within the tolerance of the model alone. Each half is ranked once;
 * a calibration only decides how two lists are merged, so comparing hundreds is cheap.
 *
 * @throws {WellbegunError} as {@link joinTables}; `invalid-option` for a tolerance outside 0 to 1; `invalid-data` if no
 * item is cold, or none is warm; `aborted`.
 */
export async function calibrate(
  model: ScoringTables,
  content: ScoringTables,
  split: EvaluationSplit,
  options: CalibrateOptions = {},
): Promise<CalibrationResult> {
  refuseUnknownKeys("calibrating a joined scorer", options, optionNames);
  const { k = 20, tolerance = 0.005, coldDegree = COLD_ITEM_DEGREE } = options;
  if (!(tolerance >= 0 && tolerance <= 1)) {
    const parts = { expected: "a share from 0 to 1", found: describe(tolerance), at: "tolerance" };
    throw new WellbegunError("invalid-option", { doing: "calibrating a joined scorer", ...parts });
  }
  const joined = joinTables(model, content, split.train, { coldDegree, slope: 1, offset: 0 });
  const cold = coldItems(split.train, coldDegree);
  const users = judgedUsers(split.heldOut);
  let ranked = 0;
  const lists = async (tables: ScoringTables, flag: number | undefined): Promise<HalfLists> => {
    throwIfAborted(options, "calibrating a joined scorer");
    return await rankPart(tables, cold, flag, users, split, {
      k,
      backend: options.backend,
      signal: options.signal,
      onProgress: options.onProgress && thirdOf(options.onProgress, ranked++),
    });
  };
  const warmLists = await lists(joined, 0);
  const coldLists = await lists(joined, 1);
  const modelLists = await lists(model, undefined);
  const measure = (warm: HalfLists, other: HalfLists, calibration: Calibration): JoinedQuality =>
    mergedQuality(warm, other, calibration, users, split.heldOut, cold, k);
  const nothing = { rows: new Int32Array(coldLists.rows.length).fill(-1), scores: coldLists.scores };
  const alone = measure(modelLists, nothing, { slope: 1, offset: 0 });
  const tried = slopes.flatMap((slope) =>
    offsets.map((offset) => ({ slope, offset, ...measure(warmLists, coldLists, { slope, offset }) })),
  );
  const within = tried.filter(({ recall }) => recall >= (1 - tolerance) * alone.recall);
  // A calibration without any cold item is the model without its cold items, which is always within the
  // tolerance.
  const best = (within.length > 0 ? within : tried.slice(0, 1)).reduce((a, b) =>
    b.coldRecall > a.coldRecall || (b.coldRecall === a.coldRecall && b.recall > a.recall) ? b : a,
  );
  const { slope, offset, recall, coldRecall } = best;
  return { slope, offset, coldDegree, joined: { recall, coldRecall }, alone, tried };
}

function judgedUsers({ userCount, offsets: starts }: Interactions): number[] {
  const users: number[] = [];
  for (let user = 0; user < userCount; user++) if (starts[user]! < starts[user + 1]!) users.push(user);
  return users;
}

/** Tells of one of three rankings as a third of the whole. */
function thirdOf(
  onProgress: NonNullable<Observer["onProgress"]>,
  part: number,
): NonNullable<Observer["onProgress"]> {
  return ({ done, total, ...event }) => onProgress({ ...event, done: part * total + done, total: 3 * total });
}

/** The best items of one kind (all without a flag) for each user, with their scores. */
async function rankPart(
  tables: ScoringTables,
  cold: Uint8Array,
  flag: number | undefined,
  users: readonly number[],
  { seen }: EvaluationSplit,
  options: RecommendOptions,
): Promise<HalfLists> {
  const rows: number[] = [];
  const place = new Int32Array(cold.length).fill(-1);
  for (const [item, own] of cold.entries()) {
    if (flag === undefined || own === flag) place[item] = rows.push(item) - 1;
  }
  if (rows.length === 0) {
    const expected = flag === 1 ? "cold items" : "warm items";
    throw new WellbegunError("invalid-data", {
      doing: "calibrating a joined scorer",
      expected,
      found: "none",
    });
  }
  const gather = ({ data, columns }: Table, wanted: readonly number[]): Table => {
    const result = new Float32Array(wanted.length * columns);
    for (const [index, row] of wanted.entries()) {
      result.set(data.subarray(row * columns, (row + 1) * columns), index * columns);
    }
    return createTable(result, wanted.length, columns);
  };
  const known: [user: number, item: number][] = [];
  for (const [index, user] of users.entries()) {
    for (let e = seen.offsets[user]!; e < seen.offsets[user + 1]!; e++) {
      if (place[seen.items[e]!]! >= 0) known.push([index, place[seen.items[e]!]!]);
    }
  }
  const own = interactionsFromArrays({
    users: Uint32Array.from(known, ([user]) => user),
    items: Uint32Array.from(known, ([, item]) => item),
    userCount: users.length,
    itemCount: rows.length,
  });
  const part = { users: gather(tables.users, users), items: gather(tables.items, rows) };
  const { items, scores } = await recommend(part, { ...options, seen: own });
  return { rows: items.map((item) => (item < 0 ? -1 : rows[item]!)), scores };
}
