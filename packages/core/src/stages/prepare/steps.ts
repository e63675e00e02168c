import type { Prepare } from "../../options/method-options.ts";

/** What a way of preparing features does to a row, in this order. */
export interface PrepareSteps {
  /** Subtracts the mean row. */
  readonly centers: boolean;
  /** Divides each column by its deviation. */
  readonly standardizes: boolean;
  /** Divides the row by its L2 norm. */
  readonly unit: boolean;
  /** Mixes the columns. */
  readonly whitens: boolean;
}

/** The steps of each way of preparing features. */
export function stepsOf(prepare: Prepare): PrepareSteps {
  return {
    centers: prepare !== "none" && prepare !== "l2",
    standardizes: prepare === "standardize",
    unit: prepare === "l2" || prepare === "center+l2" || prepare === "whiten",
    whitens: prepare === "whiten",
  };
}
