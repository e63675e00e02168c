import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { FrameReader, writeFrame } from "../initializer/frame.ts";
import { checked, damaged, finite, parseJson, type Rules, whole } from "../initializer/header-rules.ts";
import type { FoldedUser, FoldInOptions } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import { checkContent, type FoldedItem, type ItemContent } from "../initializer/item-content.ts";
import type { UserFolder } from "../initializer/user-folder.ts";
import { ScoreSpread } from "./score-spread.ts";

/**
 * The magic of the bytes. The arrays are the factors of both spreads (float64, columns x columns), and the bytes of
 * both sides.
 */
export const JOINED_MAGIC = "wbjoin";

type Optional = "toBytes" | "foldInItem" | "contentWidths";

/** One side of joined tables. Only a side with `toBytes` can be written, and only sides with `foldInItem` and `contentWidths` place new items. */
export type FoldingSide = Omit<UserFolder, Optional> &
  Partial<Pick<UserFolder, Optional>> & {
    /** Whether `foldInItem` gives a vector. Default: where there is one. */
    readonly foldsItems?: boolean;
  };

/** The parts of a {@link JoinedInitializer}. */
export interface JoinedSides {
  readonly collaborative: FoldingSide;
  readonly content: FoldingSide;
  /** Weight of the content's scores. */
  readonly weight: number;
  /** The spread of a user's scores from each side. */
  readonly spreads: readonly [ScoreSpread, ScoreSpread];
}

interface Header {
  readonly weight: number;
  readonly collaborativeBytes: number;
  readonly contentBytes: number;
  readonly collaborativeColumns: number;
  readonly contentColumns: number;
  readonly collaborativeLength: number;
  readonly contentLength: number;
}

const positive = finite("from 0", (value) => value >= 0);
const headerRules: Rules<Header> = {
  weight: positive,
  collaborativeBytes: whole(1),
  contentBytes: whole(1),
  collaborativeColumns: whole(1),
  contentColumns: whole(1),
  collaborativeLength: positive,
  contentLength: positive,
};

/** Joined tables without their users: folds in users through both sides, without a backend. */
export class JoinedInitializer implements UserFolder {
  /** I x (k + d): the rows of both item tables side by side. */
  readonly items: Table;
  /** Width of the features that {@link foldInItem} takes, by modality; empty where a side cannot place new items. */
  readonly contentWidths: Readonly<Record<string, number>>;
  /** Whether {@link foldInItem} gives a vector: where both sides place new items. */
  readonly foldsItems: boolean;
  readonly #sides: JoinedSides;

  /** Built by a {@link JoinedModel} and by {@link JoinedInitializer.fromBytes}. */
  constructor(items: Table, sides: JoinedSides) {
    this.items = items;
    this.foldsItems = placesItems(sides.collaborative) && placesItems(sides.content);
    this.contentWidths = this.foldsItems
      ? { ...sides.collaborative.contentWidths, ...sides.content.contentWidths }
      : {};
    this.#sides = sides;
  }

  /**
   * Reads what {@link toBytes} wrote; `readSide` reads the bytes of a side.
   *
   * @throws {WellbegunError} `format` if the bytes are not joined tables, are damaged or are of a later version.
   */
  static fromBytes(bytes: Uint8Array, readSide: (bytes: Uint8Array) => UserFolder): JoinedInitializer {
    const frame = new FrameReader(JOINED_MAGIC, bytes);
    const header = checked<Header>(parseJson(frame.header), headerRules, "the header");
    const { collaborativeColumns, contentColumns, collaborativeBytes, contentBytes } = header;
    const widths = [collaborativeColumns, contentColumns] as const;
    frame.expectArrays([...widths.map((width) => 8 * width * width), collaborativeBytes, contentBytes]);
    const spreadOf = (width: number, length: number, at: string): ScoreSpread =>
      new ScoreSpread(frame.read(new Float64Array(width * width), at, Number.isFinite), width, length);
    const spreads = [
      spreadOf(collaborativeColumns, header.collaborativeLength, "collaborative/spread"),
      spreadOf(contentColumns, header.contentLength, "content/spread"),
    ] as const;
    const sideOf = (length: number, at: string): UserFolder =>
      readSide(frame.read(new Uint8Array(length), at, () => true));
    const collaborative = sideOf(collaborativeBytes, "collaborative");
    const content = sideOf(contentBytes, "content");
    for (const [index, { items }] of [collaborative, content].entries()) {
      if (items.columns === widths[index] && items.rows === collaborative.items.rows) continue;
      const expected = `items of ${collaborative.items.rows} x ${widths[index]}`;
      throw damaged(expected, `${items.rows} x ${items.columns}`, index === 0 ? "collaborative" : "content");
    }
    const items = sideBySide(collaborative.items, content.items, () => [1, 1]);
    return new JoinedInitializer(items, { collaborative, content, weight: header.weight, spreads });
  }

  /**
   * As bytes; equal tables give equal bytes.
   *
   * @throws {WellbegunError} `unavailable` where a side is a model that has no bytes.
   */
  toBytes(): Uint8Array {
    const { weight, spreads } = this.#sides;
    const [collaborative, content] = (["collaborative", "content"] as const).map((name) => {
      const bytes = this.#sides[name].toBytes?.();
      if (bytes !== undefined) return bytes;
      throw new WellbegunError("unavailable", {
        doing: "writing joined tables",
        expected: "a model with toBytes(), such as those of fit and spectral",
        found: "one without",
        at: name,
      });
    }) as [Uint8Array, Uint8Array];
    const header: Header = {
      weight,
      collaborativeBytes: collaborative.length,
      contentBytes: content.length,
      collaborativeColumns: spreads[0].columns,
      contentColumns: spreads[1].columns,
      collaborativeLength: spreads[0].length,
      contentLength: spreads[1].length,
    };
    return writeFrame(JOINED_MAGIC, header, [spreads[0].factor, spreads[1].factor, collaborative, content]);
  }

  /**
   * The vector of a user by the items of a history, as the two sides give it: each half over the spread of its
   * scores, the content half times the weight. {@link FoldInOptions} has the formula of negatives, which are
   * subtracted on each side, before its spread is measured.
   *
   * @throws {WellbegunError} as the sides' `foldIn`.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
    const { collaborative, content } = this.#sides;
    // Both sides read the lists, which may be generators.
    const items = [...history];
    const both =
      options.negatives === undefined ? options : { ...options, negatives: [...options.negatives] };
    const [first, second] = [collaborative.foldIn(items, both), content.foldIn(items, both)];
    const vector = new Float32Array(this.items.columns);
    this.#write(first.vector, second.vector, vector);
    return { vector, used: first.used, unknown: first.unknown };
  }

  /**
   * The vector of an item that nobody has touched, as the two sides give it: zeros from interactions, beside its content.
   *
   * @throws {WellbegunError} `mismatch` and `invalid-data` as the sides' `foldInItem`; `unavailable` where a side has none
   * or holds filled rows.
   */
  foldInItem(content: ItemContent): FoldedItem {
    for (const name of ["collaborative", "content"] as const) {
      if (!placesItems(this.#sides[name])) throw withoutItems(name);
    }
    checkContent(content, this.contentWidths, "keep");
    const vector = new Float32Array(this.items.columns);
    const used = new Set<string>();
    let start = 0;
    for (const name of ["collaborative", "content"] as const) {
      const { foldInItem, contentWidths = {} } = this.#sides[name];
      const own = Object.entries(content).filter(([modality]) => Object.hasOwn(contentWidths, modality));
      const half = foldInItem!.call(this.#sides[name], Object.fromEntries(own));
      vector.set(half.vector, start);
      start += half.vector.length;
      for (const modality of half.used) used.add(modality);
    }
    const missing = Object.keys(this.contentWidths).filter((modality) => !used.has(modality));
    return { vector, used: [...used], missing };
  }

  /**
   * The vectors of many users: row u for user u of the interactions.
   *
   * @throws {WellbegunError} as the sides' `transform`.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    const { collaborative, content } = this.#sides;
    const first = collaborative.transform(interactions, options);
    const second = content.transform(interactions, options);
    const { columns } = this.items;
    const data = new Float32Array(interactions.userCount * columns);
    for (let u = 0; u < interactions.userCount; u++) {
      this.#write(rowAt(first, u), rowAt(second, u), data.subarray(u * columns, (u + 1) * columns));
    }
    return createTable(data, interactions.userCount, columns, interactions.userIds);
  }

  #write(first: Float32Array, second: Float32Array, into: Float32Array): void {
    const { spreads, weight } = this.#sides;
    const factors = [inverse(spreads[0].of(first)), weight * inverse(spreads[1].of(second))] as const;
    for (let c = 0; c < first.length; c++) into[c] = factors[0] * first[c]!;
    for (let c = 0; c < second.length; c++) into[first.length + c] = factors[1] * second[c]!;
  }
}

function placesItems({ foldInItem, foldsItems = true }: FoldingSide): boolean {
  return foldInItem !== undefined && foldsItems;
}

function withoutItems(at: string): WellbegunError {
  return new WellbegunError("unavailable", {
    doing: "folding in an item",
    expected: "a model that places new items, such as those of fit and spectral",
    found: "one that does not, such as tables whose cold rows were filled",
    at,
  });
}

/** 1 / x, and 0 for 0: a user with equal scores for all items ranks nothing. */
export function inverse(deviation: number): number {
  return deviation > 0 ? 1 / deviation : 0;
}

/** A view of a table's row. */
export function rowAt({ data, columns }: Table, row: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

/** Two tables side by side, each row times its two factors. */
export function sideBySide(
  first: Table,
  second: Table,
  factors: (row: number) => readonly [number, number],
): Table {
  const columns = first.columns + second.columns;
  const data = new Float32Array(first.rows * columns);
  for (let row = 0; row < first.rows; row++) {
    const [a, b] = factors(row);
    const start = row * columns;
    for (let c = 0; c < first.columns; c++) data[start + c] = a * first.data[row * first.columns + c]!;
    for (let c = 0; c < second.columns; c++) {
      data[start + first.columns + c] = b * second.data[row * second.columns + c]!;
    }
  }
  return createTable(data, first.rows, columns, first.ids);
}
