import type { Computed } from "../protocol.ts";

const LONGEST = 60;

/** The name of an item: its raw ID, or its row. */
export function itemName({ itemNames }: Computed, row: number): string {
  return itemNames[row] ?? String(row);
}

/** The name of a user: its raw ID, or its row. */
export function userName({ userNames }: Computed, row: number): string {
  return userNames[row] ?? String(row);
}

/** What to call an item: its name, and what it is in words where that is known. */
export function itemLabel(computed: Computed, row: number): string {
  const text = computed.itemTexts[row] ?? "";
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short === "" ? itemName(computed, row) : `${itemName(computed, row)} ${short}`;
}
