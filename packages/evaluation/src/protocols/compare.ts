import type { Backend, Observer, ScoringTables, Table } from "@wellbegun/core";
import { checkpoint } from "@wellbegun/core/support";
import { describeAlignment, type TableAlignment } from "../alignment/describe.ts";
import { permutedTables } from "../controls.ts";
import { popularityRanker } from "../ranking/popularity.ts";
import { evaluateRanker, type RankingEvaluation, usersOf, zeroShot } from "./evaluate.ts";
import { coOccurrenceNeighbors, type ItemCfEvaluation, type ItemNeighbors, itemCf } from "./item-cf.ts";
import type { Split } from "./split.ts";

/** The protocols that {@link compare} runs. */
export type Protocol = "zero-shot" | "item-cf" | "alignment";

/** What is judged: a pair of tables, or popularity, which has none. */
export interface Contestant {
  readonly name: string;
  readonly tables: ScoringTables | "popularity";
  /** False for tables that are noise themselves, of which a permutation says nothing. Default: true. */
  readonly control?: boolean | undefined;
}

/** Options of {@link compare}. */
export interface CompareOptions extends Observer {
  /** Default: all. */
  readonly protocols?: readonly Protocol[] | undefined;
  /** The cuts K. Default: [20]. */
  readonly k?: readonly number[] | undefined;
  /** Of the zero-shot protocol; item-CF always goes by cosine. Default: `dot`. */
  readonly similarity?: "dot" | "cosine" | undefined;
  /** Whether each pair of tables is judged once more with its rows permuted. Default: true. */
  readonly control?: boolean | undefined;
  /** What item-CF looks for. Default: {@link coOccurrenceNeighbors} of the train data. */
  readonly neighbors?: ItemNeighbors | undefined;
  /** Default: 999. */
  readonly seed?: number | undefined;
  /** Default: the portable backend. */
  readonly backend?: Backend | undefined;
}

/** What the ranking protocols found; null where a protocol was not asked for or needs vectors. */
export interface ProtocolResults {
  readonly zeroShot: RankingEvaluation | null;
  readonly itemCf: ItemCfEvaluation | null;
}

/** One contestant's results. */
export interface ContestantResult extends ProtocolResults {
  readonly name: string;
  /** The same with the rows of both tables permuted: what the same values give without their meaning. */
  readonly control: ProtocolResults | null;
  readonly alignment: TableAlignment | null;
}

/** Contestants side by side on one split. */
export interface Comparison {
  readonly split: Split["name"];
  readonly k: readonly number[];
  /** Users with held-out items. */
  readonly users: number;
  /** Held-out interactions. */
  readonly interactions: number;
  readonly contestants: readonly ContestantResult[];
  /** What item-CF looked for; null without that protocol. */
  readonly neighbors: ItemNeighbors | null;
}

/**
 * Judges contestants side by side by the same protocols. Item tables that several contestants share are judged once.
 *
 * @throws {WellbegunError} `mismatch`, `invalid-data` or `invalid-option` as {@link zeroShot} and {@link itemCf};
 * `aborted`.
 */
export async function compare(
  contestants: readonly Contestant[],
  split: Split,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { protocols = ["zero-shot", "item-cf", "alignment"], control = true, seed = 999 } = options;
  const { k, similarity, backend, signal } = options;
  const neighbors = protocols.includes("item-cf")
    ? (options.neighbors ?? coOccurrenceNeighbors(split.train))
    : null;
  const ranking = { k, similarity, backend, signal };
  const judgedItems = new Map<Float32Array, ItemCfEvaluation>();
  const permuted = new Map<Float32Array, Table>();

  const judge = async (tables: ScoringTables | "popularity"): Promise<ProtocolResults> => {
    const asked = protocols.includes("zero-shot");
    if (tables === "popularity") {
      const found = asked ? await evaluateRanker(popularityRanker(split.train), split, ranking) : null;
      return { zeroShot: found, itemCf: null };
    }
    const { items } = tables;
    const found = asked ? await zeroShot(tables, split, ranking) : null;
    if (neighbors === null) return { zeroShot: found, itemCf: null };
    const known = judgedItems.get(items.data);
    const near = known ?? (await itemCf(items, split.train, neighbors, { ...ranking, similarity: "cosine" }));
    judgedItems.set(items.data, near);
    return { zeroShot: found, itemCf: near };
  };
  const permute = (tables: ScoringTables): ScoringTables => {
    const made = permutedTables(tables, seed);
    const items = permuted.get(tables.items.data) ?? made.items;
    permuted.set(tables.items.data, items);
    return { ...made, items };
  };

  const results: ContestantResult[] = [];
  for (const [done, { name, tables, control: own = true }] of contestants.entries()) {
    options.onProgress?.({ stage: "evaluate", done, total: contestants.length, note: name });
    await checkpoint(options, "judging vectors");
    const vectors = tables === "popularity" ? null : tables;
    results.push({
      name,
      ...(await judge(tables)),
      control: control && own && vectors !== null ? await judge(permute(vectors)) : null,
      alignment:
        vectors !== null && protocols.includes("alignment")
          ? describeAlignment(vectors, split.train, seed)
          : null,
    });
  }
  const { heldOut, name } = split;
  return {
    split: name,
    k: k ?? [20],
    users: usersOf(heldOut).length,
    interactions: heldOut.items.length,
    contestants: results,
    neighbors,
  };
}
