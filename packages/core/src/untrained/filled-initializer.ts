import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { FrameReader, writeFrame } from "../initializer/frame.ts";
import { checked, damaged, parseJson, type Rules, whole } from "../initializer/header-rules.ts";
import type { FoldedUser, FoldInOptions } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import type { FoldedItem, ItemContent } from "../initializer/item-content.ts";
import type { UserFolder } from "../initializer/user-folder.ts";
import type { FoldingSide } from "./joined-initializer.ts";

/** The magic of the bytes. The arrays are the numbers of the filled items (int32), their rows (float32), and the model's bytes. */
export const FILLED_MAGIC = "wbfill";

interface Header {
  /** Number of filled items. */
  readonly filled: number;
  readonly columns: number;
  readonly modelBytes: number;
}

const headerRules: Rules<Header> = { filled: whole(0), columns: whole(1), modelBytes: whole(1) };

/**
 * A model in whose item table some rows are others. Users are folded in by the model itself, so that a replaced row changes
 * no user.
 */
export class FilledInitializer implements UserFolder {
  /** I x k: the model's item table with the replaced rows. */
  readonly items: Table;
  /** Empty: the rows that were filled are kept, not the way to others. */
  readonly contentWidths: Readonly<Record<string, number>> = {};
  /** {@link foldInItem} is always refused. */
  readonly foldsItems = false;
  readonly #model: FoldingSide;
  readonly #filled: Int32Array;
  readonly #rows: Float32Array;

  /**
   * Built by `fillColdItems` and by {@link FilledInitializer.fromBytes}.
   *
   * @param filled The numbers of the items whose rows are replaced, ascending.
   * @param rows Their rows, filled.length x k.
   */
  constructor(model: FoldingSide & { readonly items: Table }, filled: Int32Array, rows: Float32Array) {
    const { data, rows: itemCount, columns, ids } = model.items;
    const replaced = data.slice();
    for (const [n, item] of filled.entries()) {
      replaced.set(rows.subarray(n * columns, (n + 1) * columns), item * columns);
    }
    this.items = createTable(replaced, itemCount, columns, ids);
    this.#model = model;
    this.#filled = filled;
    this.#rows = rows;
  }

  /**
   * Reads what {@link toBytes} wrote; `readModel` reads the bytes of the model.
   *
   * @throws {WellbegunError} `format` if the bytes are no filled tables, are damaged or are of a later version.
   */
  static fromBytes(bytes: Uint8Array, readModel: (bytes: Uint8Array) => UserFolder): FilledInitializer {
    const frame = new FrameReader(FILLED_MAGIC, bytes);
    const { filled, columns, modelBytes } = checked<Header>(
      parseJson(frame.header),
      headerRules,
      "the header",
    );
    frame.expectArrays([4 * filled, 4 * filled * columns, modelBytes]);
    let before = -1;
    const numbers = frame.read(new Int32Array(filled), "filled items", (item) => {
      const ascending = item > before;
      before = item;
      return ascending;
    });
    const rows = frame.read(new Float32Array(filled * columns), "filled rows", Number.isFinite);
    const model = readModel(frame.read(new Uint8Array(modelBytes), "model", () => true));
    const { items } = model;
    if (items.columns !== columns || before >= items.rows) {
      throw damaged(
        `items of more than ${before} x ${columns}`,
        `${items.rows} x ${items.columns}`,
        "the model",
      );
    }
    return new FilledInitializer(model, numbers, rows);
  }

  /**
   * As bytes; equal tables give equal bytes.
   *
   * @throws {WellbegunError} `unavailable` where the model has no bytes.
   */
  toBytes(): Uint8Array {
    const bytes = this.#model.toBytes?.();
    if (bytes === undefined) {
      throw new WellbegunError("unavailable", {
        doing: "writing filled tables",
        expected: "a model with toBytes(), such as spectral's",
        found: "one without",
      });
    }
    const header: Header = {
      filled: this.#filled.length,
      columns: this.items.columns,
      modelBytes: bytes.length,
    };
    return writeFrame(FILLED_MAGIC, header, [this.#filled, this.#rows, bytes]);
  }

  /**
   * The vector of a user by the items of a history, as the model without filled rows gives it.
   *
   * @throws {WellbegunError} as the model's `foldIn`.
   */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser {
    return this.#model.foldIn(history, options);
  }

  /**
   * Always refused: what the rows were filled from is not kept.
   *
   * @throws {WellbegunError} `unavailable`.
   */
  foldInItem(_content: ItemContent): FoldedItem {
    throw new WellbegunError("unavailable", {
      doing: "folding in an item",
      expected: "a model that places items by their content, such as those of fit and joinModels",
      found: "tables whose cold rows were filled",
      hint: "Fold the item in with the model that the rows came from.",
    });
  }

  /**
   * The vectors of many users: row u for user u of the interactions.
   *
   * @throws {WellbegunError} as the model's `transform`.
   */
  transform(interactions: Interactions, options?: TransformOptions): Table {
    return this.#model.transform(interactions, options);
  }
}
