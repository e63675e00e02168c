import { WellbegunError } from "@wellbegun/core";
import { type ModelOutput, type PoolOptions, poolRows } from "./pool.ts";

/** The vectors of a batch, which come group by group. Rows that no group fills stay zeros. */
export class BatchVectors {
  readonly #rows: number;
  #width: number | undefined;
  #data: Float32Array;

  /** @param width Width of the vectors. Default: that of the first group. */
  constructor(rows: number, width?: number) {
    this.#rows = rows;
    this.#width = width;
    this.#data = new Float32Array(rows * (width ?? 0));
  }

  /** rows x width, row-major. */
  get data(): Float32Array {
    return this.#data;
  }

  /**
   * Pools a model's output into the rows that it was made from.
   *
   * @throws {WellbegunError} `format` as {@link poolRows}, or if the vectors have another width than before.
   */
  put(rows: readonly number[], output: ModelOutput, options: PoolOptions): void {
    const pooled = poolRows(output, rows.length, options);
    const width = pooled.length / rows.length;
    if (this.#width === undefined) {
      this.#width = width;
      this.#data = new Float32Array(this.#rows * width);
    }
    if (width !== this.#width) {
      throw new WellbegunError("format", {
        doing: "reading a model's output",
        expected: `vectors of ${this.#width} values, as of other content`,
        found: `${width}, of an output with ${output.dims.join(" x ")}`,
        at: options.label,
        hint: "Name another output of the model in the encoder's declaration.",
      });
    }
    for (const [i, row] of rows.entries())
      this.#data.set(pooled.subarray(i * width, (i + 1) * width), row * width);
  }
}
