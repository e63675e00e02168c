import type { UntrainedTrial } from "@wellbegun/tune";

/**
 * Says that the chosen width is the narrowest or the widest that was tried, so that others may be better, and which option
 * tries them; undefined for a width between others, and where no other width is possible.
 *
 * @param widest Largest possible width: the number of items.
 */
export function widthNote(
  trials: readonly UntrainedTrial[],
  chosen: number,
  widest: number,
): string | undefined {
  const tried = trials.filter(({ choice }) => choice === "width").map(({ value }) => value.k!);
  const narrower =
    chosen === Math.min(...tried) && chosen > 1 ? Math.max(1, Math.floor(chosen / 2)) : undefined;
  const wider = chosen === Math.max(...tried) && chosen < widest ? Math.min(2 * chosen, widest) : undefined;
  if (narrower !== undefined && wider !== undefined) {
    return `the only width tried is ${chosen}: --max-width ${narrower} tries a narrower one, --max-width ${wider} wider ones`;
  }
  if (narrower !== undefined) {
    return `the narrowest width tried, ${chosen}, is chosen: --max-width ${narrower} tries a narrower one`;
  }
  if (wider !== undefined) {
    return `the widest width tried, ${chosen}, is chosen: --max-width ${wider} tries wider ones`;
  }
  return undefined;
}
