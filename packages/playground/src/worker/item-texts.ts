import type { ColumnSource } from "@wellbegun/adapters/columns";
import { findColumn, idColumnOf } from "./tables.ts";

const textNames: readonly string[] = ["title", "name", "text", "description"];

/** What tables of items say of each item in words, by the item's ID as text; empty if none has a column for it. */
export async function itemTextsOf(sources: readonly ColumnSource[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const source of sources) {
    const [id, column] = [idColumnOf(source), findColumn(source, textNames)];
    if (id === undefined || column === undefined) continue;
    for await (const { rows, columns } of source.batches([id, column])) {
      for (let row = 0; row < rows; row++)
        texts.set(String(columns[0]![row]), String(columns[1]![row] ?? ""));
    }
  }
  return texts;
}
