import type { OpenDataset } from "./dataset.ts";
import { plural } from "./format.ts";
import type { Colors } from "./output.ts";

/**
 * Notes for the user about a dataset: the reader's notes, and held-out rows that are also train rows, which no
 * list can contain.
 */
export function datasetNotes({
  notes,
  counts: { overlap },
}: Pick<OpenDataset, "notes" | "counts">): readonly string[] {
  const shared = (["validation", "test"] as const).filter((split) => overlap[split] > 0);
  return [
    ...notes,
    ...shared.map((split) => {
      const what = `${plural(overlap[split], `${split} row`)} ${overlap[split] === 1 ? "is a train row" : "are train rows"} too`;
      return `${what}: no figure counts them, because lists leave out what a user has in train.`;
    }),
  ];
}

/** The notes as lines of text. */
export function noteLines(notes: readonly string[], colors: Colors): string[] {
  return notes.map((note) => `${colors.bad("note:")} ${note}`);
}
