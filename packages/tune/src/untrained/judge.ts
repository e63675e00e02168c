import {
  type Backend,
  type Interactions,
  type Observer,
  type ScoringTables,
  WellbegunError,
} from "@wellbegun/core";
import { checkpoint, createRandom } from "@wellbegun/core/support";
import { type EvaluationSplit, evaluateLists, rankUsers, tableRanker } from "@wellbegun/evaluation";

/** One candidate that was judged on the validation rows. */
export interface UntrainedTrial {
  /** The choice: the modalities' weights, the width, the exponent, the content's weight or the factor of cold rows. */
  readonly choice: "modalities" | "width" | "exponent" | "weight" | "fillCold";
  /** The values that differ between the candidates of the choice. */
  readonly value: Readonly<Record<string, number>>;
  /** Recall@K on the validation rows. */
  readonly recall: number;
  /** NDCG@K on the validation rows. */
  readonly ndcg: number;
  /**
   * Recall@K of the items with at most two train interactions, by the users that have one among their validation
   * items; null where there are none.
   */
  readonly cold: number | null;
}

/** A candidate with the NDCG of each judged user, which the records leave out. */
export interface JudgedCandidate {
  readonly trial: UntrainedTrial;
  readonly perUser: Float64Array;
}

/** Ranks the validation rows by candidate tables, and records every candidate. */
export class ValidationJudge {
  readonly trials: UntrainedTrial[] = [];
  /** Number of judged users. */
  readonly users: number;
  /** Whether these are a sample of the users with validation rows. */
  readonly sampled: boolean;
  readonly #split: EvaluationSplit;
  readonly #rows: Uint32Array;
  readonly #k: number;
  readonly #backend: Backend;
  readonly #signal: Observer["signal"];

  constructor(
    split: EvaluationSplit,
    options: {
      readonly k: number;
      readonly maxUsers: number;
      readonly seed: number;
      readonly backend: Backend;
      readonly signal?: Observer["signal"];
    },
  ) {
    const { heldOut } = split;
    this.#split = split;
    this.#rows = sampleUsers(heldOut, options.maxUsers, options.seed);
    this.users = this.#rows.length;
    this.sampled = this.users < usersWith(heldOut).length;
    if (this.users === 0) {
      throw new WellbegunError("invalid-data", {
        doing: "choosing by the validation rows",
        expected: "validation interactions that are not train interactions too",
        found: "none",
      });
    }
    this.#k = options.k;
    this.#backend = options.backend;
    this.#signal = options.signal;
  }

  /**
   * Judges a candidate and records it.
   *
   * @throws {WellbegunError} `aborted` where the signal was aborted.
   */
  async judge(
    choice: UntrainedTrial["choice"],
    value: UntrainedTrial["value"],
    tables: ScoringTables,
  ): Promise<JudgedCandidate> {
    await checkpoint({ signal: this.#signal }, "choosing by the validation rows");
    const ranker = await tableRanker(tables, { backend: this.#backend });
    try {
      const lists = await rankUsers(ranker, this.#rows, this.#k, this.#split.train);
      const { recall, ndcg, byPopularity, perUser } = evaluateLists(lists, this.#split, [this.#k])[0]!;
      const cold = byPopularity.find(({ group }) => group === "cold");
      const trial = {
        choice,
        value,
        recall,
        ndcg,
        cold: cold === undefined || cold.users === 0 ? null : cold.recall,
      };
      this.trials.push(trial);
      return { trial, perUser: perUser.ndcg };
    } finally {
      await ranker.dispose();
    }
  }
}

function usersWith({ userCount, offsets }: Interactions): Uint32Array {
  return Uint32Array.from({ length: userCount }, (_, u) => u).filter((u) => offsets[u]! < offsets[u + 1]!);
}

/** The users whose held-out rows are judged: at most `most`, drawn by the seed. */
function sampleUsers(heldOut: Interactions, most: number, seed: number): Uint32Array {
  const judged = usersWith(heldOut);
  if (judged.length <= most) return judged;
  const random = createRandom(seed, "untrained/users");
  for (let i = 0; i < most; i++) {
    const j = i + random.integer(judged.length - i);
    [judged[i], judged[j]] = [judged[j]!, judged[i]!];
  }
  return judged.slice(0, most).sort();
}
