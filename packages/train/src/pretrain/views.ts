import type { Random } from "@wellbegun/core/support";

/** How a batch of items is looked at: which modalities are visible, and which of their columns. */
export interface View {
  /**
   * For each modality, in order, a factor of each column: 0 for a hidden one, 1 / (1 - share of hidden columns) for a visible one.
   * Undefined where the whole modality is hidden.
   */
  readonly columns: readonly (Float64Array | undefined)[];
}

/** The views of one batch. */
export interface Views {
  /** All modalities. */
  readonly whole: View;
  /** One modality, and the others: what the contrastive term brings together. Undefined with one modality. */
  readonly parts: readonly [one: View, others: View] | undefined;
}

/**
 * Draws the views of a batch. Visible columns are multiplied by the inverse of their share, so that the mean over the draws
 * is the row itself.
 *
 * @param widths Columns of each modality.
 * @param hidden Probability that a column is hidden.
 */
export function drawViews(widths: readonly number[], hidden: number, random: Random): Views {
  const view = (isVisible: (modality: number) => boolean): View => ({
    columns: widths.map((width, m) => (isVisible(m) ? drawColumns(width, hidden, random) : undefined)),
  });
  const whole = view(() => true);
  if (widths.length < 2) return { whole, parts: undefined };
  const chosen = random.integer(widths.length);
  return { whole, parts: [view((m) => m === chosen), view((m) => m !== chosen)] };
}

function drawColumns(width: number, hidden: number, random: Random): Float64Array {
  const factor = 1 / (1 - hidden);
  return Float64Array.from({ length: width }, () => (random.uniform() < hidden ? 0 : factor));
}
