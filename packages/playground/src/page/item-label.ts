import type { Computed } from "../protocol.ts";

const LONGEST = 60;

/** What to call an item: its ID, and what it is in words where that is known. */
export function itemLabel({ itemNames, itemTexts }: Computed, row: number): string {
  const text = itemTexts[row] ?? "";
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short === "" ? itemNames[row]! : `${itemNames[row]} ${short}`;
}
