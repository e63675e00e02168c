import type { Backend, Observer, ScoringTables, Table } from "@wellbegun/core";
import { checkpoint, expectChoice, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { describeSide, joinSides, type SideDescription, type TableAlignment } from "../alignment/describe.ts";
import { expectTables } from "../alignment/pairs.ts";
import { permutedTables } from "../controls.ts";
import type { Ranker } from "../ranking/ranker.ts";
import { type CutIntervals, cutIntervals } from "../statistics/cut-intervals.ts";
import { evaluateRanker, type RankingEvaluation, usersOf } from "./evaluate.ts";
import type { EvaluationSplit } from "./evaluation-split.ts";
import { coOccurrenceNeighbors, type ItemCfEvaluation, type ItemNeighbors, itemCf } from "./item-cf.ts";
import { zeroShot as judgeTables } from "./zero-shot.ts";

/** The protocols that {@link compare} runs. */
export type Protocol = "zero-shot" | "item-cf" | "alignment";

const allProtocols: readonly Protocol[] = ["zero-shot", "item-cf", "alignment"];

/** A pair of tables that is judged. */
export interface TableContestant {
  readonly name: string;
  readonly tables: ScoringTables;
  /**
   * Whether to judge a permuted control too. False for tables of noise, for which a permutation says nothing.
   * Default: true.
   */
  readonly control?: boolean | undefined;
}

/** Any other ranker, such as popularity or an item-to-item model. The caller disposes of it. */
export interface RankerContestant {
  readonly name: string;
  readonly ranker: Ranker;
}

/** What is judged. Item-CF, alignment and the control apply only to tables. */
export type Contestant = TableContestant | RankerContestant;

/** Options of {@link compare}. */
export interface CompareOptions extends Observer {
  /** Default: all. */
  readonly protocols?: readonly Protocol[] | undefined;
  /** The cuts K. Default: [20]. */
  readonly k?: readonly number[] | undefined;
  /** The similarity of the zero-shot protocol; item-CF always uses cosine. Default: `dot`. */
  readonly similarity?: "dot" | "cosine" | undefined;
  /** Whether each pair of tables is judged once more with its rows permuted. Default: true. */
  readonly control?: boolean | undefined;
  /**
   * Nearest items that item-CF lists for each item, for {@link ItemCfEvaluation.lists}. Default and least: the largest
   * cut.
   */
  readonly listed?: number | undefined;
  /** The neighbors that item-CF looks for. Default: {@link coOccurrenceNeighbors} of the train data. */
  readonly neighbors?: ItemNeighbors | undefined;
  /**
   * Number of resamples of the users for {@link ContestantResult.intervals}; 0 for no intervals. Default: 1000.
   */
  readonly resamples?: number | undefined;
  /** Seed of the controls, the samples and the resamples. Default: 999. */
  readonly seed?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; opened anew for each table. */
  readonly backend?: Backend | undefined;
}

const DOING = "comparing vectors";
const optionNames = namesOf<CompareOptions>({
  protocols: true,
  k: true,
  similarity: true,
  control: true,
  listed: true,
  neighbors: true,
  resamples: true,
  seed: true,
  backend: true,
  signal: true,
  onProgress: true,
});

/** The results of the ranking protocols; null if a protocol was not requested or needs vectors. */
export interface ProtocolResults {
  readonly zeroShot: RankingEvaluation | null;
  readonly itemCf: ItemCfEvaluation | null;
}

/** One contestant's results. */
export interface ContestantResult extends ProtocolResults {
  readonly name: string;
  /** The results with the rows of both tables permuted: the same values, assigned to other users and items. */
  readonly control: ProtocolResults | null;
  readonly alignment: TableAlignment | null;
  /** 95 % intervals of the zero-shot figures over users, one entry for each cut; null without that protocol. */
  readonly intervals: readonly CutIntervals[] | null;
}

/** Contestants side by side on one split. */
export interface Comparison {
  readonly split: EvaluationSplit["name"];
  readonly k: readonly number[];
  /** Users with held-out items. */
  readonly users: number;
  /** Held-out interactions that were looked for. */
  readonly interactions: number;
  /** Held-out interactions that were left out, because users have seen them. */
  readonly overlap: number;
  readonly contestants: readonly ContestantResult[];
  /** The neighbors that item-CF looked for; null without that protocol. */
  readonly neighbors: ItemNeighbors | null;
}

/**
 * Judges contestants side by side by the same protocols. What several contestants share is judged once: both
 * tables, or an item table.
 *
 * @throws {WellbegunError} `mismatch`, `invalid-data` or `invalid-option` as {@link zeroShot} and {@link itemCf};
 * `aborted`.
 */
export async function compare(
  contestants: readonly Contestant[],
  split: EvaluationSplit,
  options: CompareOptions = {},
): Promise<Comparison> {
  refuseUnknownKeys(DOING, options, optionNames);
  const { protocols = allProtocols, control = true, seed = 999 } = options;
  const { resamples = 1000 } = options;
  for (const protocol of protocols) expectChoice(DOING, "protocols", protocol, allProtocols);
  const { k, listed, similarity, backend, signal } = options;
  const neighbors = protocols.includes("item-cf")
    ? (options.neighbors ?? coOccurrenceNeighbors(split.train))
    : null;
  const ranking = { k, similarity, backend, signal };
  const judgedItems = new TableCache<ItemCfEvaluation>();
  const describedItems = new TableCache<SideDescription>();
  const permuted = new TableCache<Table>();

  const asked = protocols.includes("zero-shot");
  const judge = async (tables: ScoringTables): Promise<ProtocolResults> => {
    const { items } = tables;
    const found = asked ? await judgeTables(tables, split, ranking) : null;
    if (neighbors === null) return { zeroShot: found, itemCf: null };
    const judging = { ...ranking, listed, similarity: "cosine" } as const;
    const near = await judgedItems.get(items, () => itemCf(items, split.train, neighbors, judging));
    return { zeroShot: found, itemCf: near };
  };
  const permute = async (tables: ScoringTables): Promise<ScoringTables> => {
    const made = permutedTables(tables, seed);
    return { ...made, items: await permuted.get(tables.items, () => made.items) };
  };

  const describe = async (tables: ScoringTables): Promise<TableAlignment> => {
    expectTables(tables, split.train);
    const items = await describedItems.get(tables.items, () => describeSide(tables.items, "items", seed));
    return joinSides(describeSide(tables.users, "users", seed), items, split.train, seed);
  };
  const judgeContestant = async (one: Contestant, earlier: readonly Judged[]): Promise<Judged> => {
    const { name } = one;
    if ("ranker" in one) {
      const found = asked ? await evaluateRanker(one.ranker, split, { k, signal }) : null;
      return { name, zeroShot: found, itemCf: null, control: null, alignment: null };
    }
    const { tables, control: own = true } = one;
    const twin = earlier[contestants.findIndex((other) => haveSameTables(one, other))];
    const { zeroShot, itemCf } = twin ?? (await judge(tables));
    const described = protocols.includes("alignment") ? (twin?.alignment ?? (await describe(tables))) : null;
    const controlled = control && own ? (twin?.control ?? (await judge(await permute(tables)))) : null;
    return { name, zeroShot, itemCf, control: controlled, alignment: described };
  };

  const results: Judged[] = [];
  for (const [done, one] of contestants.entries()) {
    options.onProgress?.({ stage: "evaluate", done, total: contestants.length, note: one.name });
    await checkpoint(options, "judging vectors");
    results.push(await judgeContestant(one, results));
  }
  const intervals = resamples === 0 ? [] : cutIntervals(results, { seed, resamples });
  const { heldOut, name, overlap } = split;
  return {
    split: name,
    k: k ?? [20],
    users: usersOf(heldOut).length,
    interactions: heldOut.items.length,
    overlap,
    contestants: results.map((result, index) => ({ ...result, intervals: intervals[index] ?? null })),
    neighbors,
  };
}

/** A contestant's results before the intervals, which are drawn for all together. */
type Judged = Omit<ContestantResult, "intervals">;

/** Whether the tables of both are the same memory, with the same columns and IDs. */
function haveSameTables(one: TableContestant, other: Contestant): boolean {
  if (!("tables" in other)) return false;
  return (["users", "items"] as const).every((side) => isSameTable(one.tables[side], other.tables[side]));
}

function isSameTable(a: Table, b: Table): boolean {
  return a.data === b.data && a.columns === b.columns && a.ids === b.ids;
}

/** What was found of tables, for those that several contestants share. */
class TableCache<T> {
  readonly #known: (readonly [table: Table, found: T])[] = [];

  async get(table: Table, find: () => T | Promise<T>): Promise<T> {
    const known = this.#known.find(([one]) => isSameTable(one, table));
    if (known !== undefined) return known[1];
    const found = await find();
    this.#known.push([table, found]);
    return found;
  }
}
