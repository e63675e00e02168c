/** A log through DuckDB that is split by dates as text, beside the reader in JavaScript. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readInteractions, type SplitInteractions } from "@wellbegun/adapters/columns";
import { WellbegunError } from "@wellbegun/core";
import { expect, it } from "vitest";
import { readLog } from "../src/index.ts";
import { duckdbRun, expectFailure, pairsOf, sourceOf, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

const formats = ["parquet", "csv", "jsonl"] as const;
const columns = { userColumn: "u", itemColumn: "i" };
const split = { by: "time", column: "t", testFrom: "2024-03-01" } as const;

describeWithDuckdb("A split by dates as text", (duckdb) => {
  const folder = temporaryFolder();

  /** A log whose user r has the date of row r. */
  const write = async (dates: readonly string[], format: (typeof formats)[number]): Promise<string> => {
    const path = join(folder, `log.${format}`);
    const rows = dates.map((t, u) => ({ u, i: 1, t }));
    if (format === "csv") {
      writeFileSync(path, `u,i,t\n${rows.map(({ u, i, t }) => `${u},${i},${t}\n`).join("")}`);
    } else if (format === "jsonl") {
      writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    } else {
      const values = rows.map(({ u, i, t }) => `(${u}, ${i}, '${t}')`).join(", ");
      await duckdbRun(duckdb, `copy (select * from (values ${values}) log(u, i, t)) to '${path}'`);
    }
    return path;
  };
  const read = (files: string): Promise<SplitInteractions> =>
    readLog({ duckdb, temp: folder, ...columns, split, files });
  /** The pairs of each split, or the code of the error. */
  const outcome = async (reading: Promise<SplitInteractions>): Promise<unknown> => {
    const found = await reading.catch((error: unknown) => error);
    if (found instanceof WellbegunError) return found.code;
    const { train, test } = found as SplitInteractions;
    return [pairsOf(train), pairsOf(test)];
  };
  /** What DuckDB finds, and what the reader in JavaScript does. */
  const both = async (dates: readonly string[], format: (typeof formats)[number]): Promise<unknown[]> => {
    const rows = sourceOf(dates.map((t, u) => ({ u, i: 1, t })));
    return [
      await outcome(read(await write(dates, format))),
      await outcome(readInteractions([rows], { ...columns, split })),
    ];
  };

  it.each(formats)("is that of the reader in JavaScript, in %s", async (format) => {
    expect(new Date(2024, 2, 1).getTimezoneOffset(), "the tests' time zone").not.toBe(0);
    const before = [
      "2024-02-29",
      "2024-03-01T01:00:00+02:00",
      "2024-02-29 23:59:59.9",
      "2024-03-01T01:30+02:00",
    ];
    const after = [
      "2024-03-01",
      "2024-03-01 00:30:00",
      "2024-02-29T23:30-01",
      "2024-03-01T00:00Z",
      "2024-02-29 20:00:00-0500",
    ];
    const expected = [before.map((_, u) => `${u} 1`), after.map((_, at) => `${before.length + at} 1`)];
    expect(await both([...before, ...after], format)).toEqual([expected, expected]);
  });

  it.each(formats)("takes a zone in a late row only, in %s", async (format) => {
    // DuckDB takes a column's type from its first rows, some 20,000.
    const dates = new Array<string>(25_000).fill("2024-02-29 10:00:00");
    dates.push("2024-02-29 23:00:00-02:00");
    const [found, expected] = await both(dates, format);
    expect(found).toEqual(expected);
    expect((expected as string[][])[1]).toEqual(["25000 1"]);
  });

  it.each(formats)("refuses what no reader takes for a date, in %s", async (format) => {
    const bad = ["02-03-24", "03/02/2024", "2024/03/01", "2024-3-1", "2023-02-29", "2024-03-01 10:00:00 EST"];
    for (const text of [...bad, "May 2024", "24"]) {
      const [found, expected] = await both([text, text], format);
      // DuckDB takes numbers in text files for numbers.
      expect([found, expected], text).toEqual([
        text === "24" && format === "csv" ? "format" : "invalid-data",
        "invalid-data",
      ]);
    }
  });

  it("names what is expected, the value and its place", async () => {
    const files = await write(["2024-03-01", "May 2024"], "parquet");
    const message = ["expected a time, or a date as in 2024-05-01", 'found "May 2024"', "row 1, column t"];
    await expectFailure(() => read(files), "invalid-data", ...message);
  });
});
