import type { Backend } from "../backend/backend.ts";
import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { expectSameIds } from "../data/same-ids.ts";
import { createTable, type ScoringTables, type Table } from "../data/table.ts";
import { withBackend } from "../default-backend.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import type { FoldedUser, FoldInOptions } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import type { FoldedItem, ItemContent } from "../initializer/item-content.ts";
import {
  type FoldingSide,
  inverse,
  JoinedInitializer,
  type JoinedSides,
  rowAt,
  sideBySide,
} from "./joined-initializer.ts";
import { ScoreSpread } from "./score-spread.ts";

const DOING = "joining tables";

/** Tables whose products are scores, with methods that fold in further users. */
export interface FoldingModel extends ScoringTables, FoldingSide {
  readonly items: Table;
}

/** Options of {@link joinModels}. */
export interface JoinModelsOptions {
  /** The weight of the standardized content scores. Choose it on validation rows. */
  readonly weight: number;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of at the end. */
  readonly backend?: Backend | undefined;
}

/**
 * One pair of tables out of two models of the same users and items: [collaborative | content]. A user's score
 * of an item is its collaborative score over the standard deviation of its collaborative scores of all items,
 * plus `weight` times its content score over the deviation of those. It is a product of two vectors, so any
 * vector store can serve it. The deviations are exact, from the covariance of the items' rows. A half in which
 * all items have the same score is zero.
 *
 * @throws {WellbegunError} `mismatch` if the models differ in users or items, by their number or by their IDs; `invalid-option` for a weight that is not
 * finite and >= 0.
 */
export async function joinModels(
  collaborative: FoldingModel,
  content: FoldingModel,
  options: JoinModelsOptions,
): Promise<JoinedModel> {
  const { weight } = options;
  checkWeight(weight);
  for (const side of ["users", "items"] as const) {
    if (collaborative[side].rows === content[side].rows) {
      expectSameIds(DOING, `${side} of the content model`, collaborative[side].ids, content[side].ids);
      continue;
    }
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `the ${collaborative[side].rows} ${side} of the collaborative model`,
      found: `${content[side].rows} ${side} of the content model`,
    });
  }
  return await withBackend(options.backend, async (backend) => {
    const spreads = [
      await ScoreSpread.of(backend, collaborative.items),
      await ScoreSpread.of(backend, content.items),
    ] as const;
    const deviations = [
      await spreads[0].ofAll(backend, collaborative.users),
      await spreads[1].ofAll(backend, content.users),
    ] as const;
    const users = sideBySide(collaborative.users, content.users, (row) => [
      inverse(deviations[0][row]!),
      weight * inverse(deviations[1][row]!),
    ]);
    const items = sideBySide(collaborative.items, content.items, () => [1, 1]);
    return new JoinedModel(users, items, { collaborative, content, weight, spreads, deviations });
  });
}

/** The parts of a {@link JoinedModel}. */
export interface JoinedParts extends JoinedSides {
  readonly collaborative: FoldingModel;
  readonly content: FoldingModel;
  /** Deviation of each user's scores from either model. */
  readonly deviations: readonly [Float32Array, Float32Array];
}

/** The result of {@link joinModels}. */
export class JoinedModel implements FoldingModel {
  /**
   * U x (k + d): both halves of each user, divided by the deviation of its scores, the content half times the
   * weight.
   */
  readonly users: Table;
  /** I x (k + d): the rows of both item tables side by side. */
  readonly items: Table;
  /** Weight of the content's scores. */
  readonly weight: number;
  /** The model of the first columns. */
  readonly collaborative: FoldingModel;
  /** The model of the other columns. */
  readonly content: FoldingModel;
  /** The model without its user table; `foldIn`, `transform` and `toBytes` call its methods. */
  readonly initializer: JoinedInitializer;
  readonly #parts: JoinedParts;

  /** Made by {@link joinModels}. */
  constructor(users: Table, items: Table, parts: JoinedParts) {
    this.users = users;
    this.items = items;
    this.weight = parts.weight;
    this.collaborative = parts.collaborative;
    this.content = parts.content;
    this.initializer = new JoinedInitializer(items, parts);
    this.#parts = parts;
  }

  /**
   * The vector of a user by the items of a history, as the two models give it. For the train items of a user of the model
   * it is that user's row, to float32 rounding.
   *
   * @throws {WellbegunError} as the models' `foldIn`.
   */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser {
    return this.initializer.foldIn(history, options);
  }

  /** Width of the features that {@link foldInItem} takes, by modality; empty where a model cannot place new items. */
  get contentWidths(): Readonly<Record<string, number>> {
    return this.initializer.contentWidths;
  }

  /** Whether {@link foldInItem} gives a vector: where both models place new items. */
  get foldsItems(): boolean {
    return this.initializer.foldsItems;
  }

  /**
   * The vector of an item that nobody has touched, as the two models give it side by side: zeros from interactions, beside its content.
   *
   * @throws {WellbegunError} as the models' `foldInItem`; `unavailable` where a model has none.
   */
  foldInItem(content: ItemContent): FoldedItem {
    return this.initializer.foldInItem(content);
  }

  /**
   * The vectors of many users: row u for user u of the interactions.
   *
   * @throws {WellbegunError} as the models' `transform`.
   */
  transform(interactions: Interactions, options?: TransformOptions): Table {
    return this.initializer.transform(interactions, options);
  }

  /**
   * The model without its user table as bytes, for `readInitializer`.
   *
   * @throws {WellbegunError} `unavailable` where a side is a model that has no bytes.
   */
  toBytes(): Uint8Array {
    return this.initializer.toBytes();
  }

  /**
   * The model at another weight of the content's scores, without measuring deviations again.
   *
   * @throws {WellbegunError} `invalid-option` for a weight that is not finite and >= 0.
   */
  with({ weight }: { readonly weight: number }): JoinedModel {
    checkWeight(weight);
    const { collaborative, deviations } = this.#parts;
    const { data, rows, columns, ids } = this.users;
    const changed = data.slice();
    for (let row = 0; row < rows; row++) {
      const factor = weight * inverse(deviations[1][row]!);
      const own = rowAt(this.#parts.content.users, row);
      for (let c = 0; c < own.length; c++) {
        changed[row * columns + collaborative.users.columns + c] = factor * own[c]!;
      }
    }
    return new JoinedModel(createTable(changed, rows, columns, ids), this.items, { ...this.#parts, weight });
  }
}

function checkWeight(weight: number): void {
  if (Number.isFinite(weight) && weight >= 0) return;
  throw new WellbegunError("invalid-option", {
    doing: DOING,
    expected: "a finite number >= 0",
    found: describe(weight),
    at: "weight",
  });
}
