import type { UntrainedTrial } from "@wellbegun/tune";
import { expect, it } from "vitest";
import { widthNote } from "../src/commands/recommend/width-note.ts";

/** The trials of a search over these widths, and one of another choice. */
const trialsOf = (...widths: number[]): UntrainedTrial[] => [
  ...widths.map((k) => ({ choice: "width" as const, value: { k }, recall: 0.1, ndcg: 0.1, cold: null })),
  { choice: "weight", value: { weight: 1 }, recall: 0.1, ndcg: 0.1, cold: null },
];

it.each([
  { tried: [64, 96, 128], chosen: 64, note: "--max-width 32 tries a narrower one" },
  { tried: [64, 96, 128], chosen: 128, note: "--max-width 256 tries wider ones" },
  { tried: [64, 96, 100], chosen: 100, note: undefined },
  { tried: [64, 96, 128], chosen: 96, note: undefined },
  { tried: [32], chosen: 32, note: "--max-width 16 tries a narrower one, --max-width 64 wider ones" },
  { tried: [80], chosen: 80, note: "--max-width 100 wider ones" },
  { tried: [1], chosen: 1, note: "--max-width 2 tries wider ones" },
])("The note on width $chosen of $tried, and at most 100 or 1000, is: $note", ({ tried, chosen, note }) => {
  const widest = tried.some((width) => width === 100 || width === 80) ? 100 : 1000;
  const found = widthNote(trialsOf(...tried), chosen, widest);
  if (note === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(note);
});
