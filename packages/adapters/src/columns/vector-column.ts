import { WellbegunError } from "@wellbegun/core";
import { type ColumnSource, describeValue, placeOf } from "./source.ts";

/** Checks that the lists of a column have one length and finite numbers, and copies them. */
export class VectorColumn {
  readonly #column: string;
  readonly #doing: string;
  #width: number | undefined;
  #firstPlace: string;

  /** @param known The lists' length, and what says so. Default: the length of the first. */
  constructor(column: string, doing: string, known?: { readonly width: number; readonly place: string }) {
    this.#column = column;
    this.#doing = doing;
    this.#width = known?.width;
    this.#firstPlace = known?.place ?? "";
  }

  /** Length of the lists; undefined before the first. */
  get width(): number | undefined {
    return this.#width;
  }

  /** @throws {WellbegunError} `invalid-data` if the value is not a list with the length of the first. */
  widthOf(value: unknown, source: Pick<ColumnSource, "label">, row: number): number {
    const length = isList(value) ? value.length : undefined;
    if (length !== undefined && length > 0 && this.#width === undefined) {
      this.#width = length;
      this.#firstPlace = `${source.label}, row ${row}`;
    }
    if (length !== undefined && length === this.#width) return length;
    throw new WellbegunError("invalid-data", {
      doing: this.#doing,
      expected:
        this.#width === undefined ? "a list of numbers" : `${this.#width} numbers, as in ${this.#firstPlace}`,
      found: length === undefined ? describeValue(value) : `${length} numbers`,
      at: placeOf(source, row, this.#column),
    });
  }

  /** @throws {WellbegunError} `invalid-data` if an element is not a finite number in float32. */
  copy(value: unknown, into: Float32Array, source: Pick<ColumnSource, "label">, row: number): void {
    const list = value as ArrayLike<unknown>;
    for (let i = 0; i < into.length; i++) {
      const element = list[i];
      into[i] = typeof element === "bigint" ? Number(element) : (element as number);
      if (Number.isFinite(into[i]!) && (typeof element === "number" || typeof element === "bigint")) continue;
      throw new WellbegunError("invalid-data", {
        doing: this.#doing,
        expected: "finite numbers",
        found: describeValue(element),
        at: `${placeOf(source, row, this.#column)}, element ${i}`,
      });
    }
  }
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
