import { describe, expect, it } from "vitest";
import { csvSource } from "../src/worker/csv.ts";

async function columnsOf(text: string, names: readonly string[], separator = ","): Promise<unknown[]> {
  for await (const { columns } of csvSource(text, "log.csv", separator).batches(names)) {
    return columns.map((column) => Array.from(column));
  }
  return [];
}

describe("CSV as a file of columns", () => {
  it("reads quoted fields, and columns in the order that is asked for", async () => {
    const text = 'user,item,note\nann,"jam, sweet",a\n"bob ""b""",oil,b\n';
    expect(csvSource(text, "log.csv", ",").names).toEqual(["user", "item", "note"]);
    expect(await columnsOf(text, ["item", "user"])).toEqual([
      ["jam, sweet", "oil"],
      ["ann", 'bob "b"'],
    ]);
  });

  it("takes a column for numbers only if every value is a whole number that is written plainly", async () => {
    const text = "a\tb\tc\n1\t01\t1\n20\t2\tx\n";
    expect(await columnsOf(text, ["a", "b", "c"], "\t")).toEqual([
      [1, 20],
      ["01", "2"],
      ["1", "x"],
    ]);
  });
});
