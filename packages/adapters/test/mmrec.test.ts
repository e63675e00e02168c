import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { type InterOptions, parseInter, parseInterParts, splitInteractions } from "../src/targets/mmrec.ts";
import { bytesOf, expectFailure } from "./helpers.ts";

const parse = (text: string, options?: InterOptions): ReturnType<typeof parseInter> =>
  parseInter(bytesOf(text), { label: "toy.inter", ...options });

const table = "userID\titemID\tx_label\n0\t2\t0\n0\t1\t0\n3\t0\t0\n1\t4\t1\n3\t4\t2\n";

describe("The reader of .inter tables", () => {
  it("reads IDs and labels, and counts over all splits", () => {
    const { users, items, labels, userCount, itemCount, lineOf } = parse(table);
    expect([...users]).toEqual([0, 0, 3, 1, 3]);
    expect([...items]).toEqual([2, 1, 0, 4, 4]);
    expect([...labels]).toEqual([0, 0, 0, 1, 2]);
    expect([userCount, itemCount]).toEqual([4, 5]);
    expect([lineOf(0), lineOf(4)]).toEqual([2, 6]);
  });

  it("says what a file is that is no text in UTF-8, for row numbers and for raw IDs", async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...table].flatMap((letter) => [letter.charCodeAt(0), 0])]);
    for (const ids of ["rows", "raw"] as const) {
      const parsed = (bytes: Uint8Array) => () => parseInter(bytes, { label: "toy.inter", ids });
      await expectFailure(
        parsed(gzipSync(table)),
        "format",
        "text in UTF-8",
        "found gzip",
        "toy.inter",
        "gunzip",
      );
      await expectFailure(parsed(utf16), "format", "text in UTF-8", "found UTF-16", "toy.inter");
    }
  });

  it("names the first columns of a header alone, and the carriage returns of a file without line feeds", async () => {
    const [header = "", ...rows] = table.split("\n");
    const returns = [header, ...Array.from({ length: 500 }, () => rows.join("\r"))].join("\r");
    for (const ids of ["rows", "raw"] as const) {
      const error = await expectRefusal(
        () => parse(returns, { ids }),
        "format",
        "x_label",
        "carriage returns",
      );
      expect(error.message.length).toBeLessThan(600);
      expect(error.message).toMatch(/and \d{4} more/);
    }
  });

  it("accepts the shortest possible rows", () => {
    for (const end of ["", "\n"]) {
      const rows = Array.from({ length: 50 }, (_, row) => `${row % 10}\t${(row * 7) % 10}\t0\t\t`);
      const { users, items } = parse(`userID\titemID\tx_label\ta\tb\n${rows.join("\n")}${end}`);
      expect([...users]).toEqual(rows.map((_, row) => row % 10));
      expect([...items]).toEqual(rows.map((_, row) => (row * 7) % 10));
    }
  });

  it("agrees with a reader that splits strings, on any table, line ends and column order", () => {
    const id = fc.integer({ min: 0, max: 2 ** 31 - 2 });
    const row = fc.record({
      user: id,
      item: id,
      label: fc.integer({ min: 0, max: 2 }),
      note: fc.stringMatching(/^[a-z0-9.é-]{0,5}$/),
    });
    const columns = fc.shuffledSubarray(["user", "item", "label", "note"] as const, { minLength: 4 });
    const ends = fc.constantFrom("\n", "\r\n", "\n\n", "\r\n\r\n");
    const separator = fc.constantFrom("\t", ",", ";", " ", "|");
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        columns,
        ends,
        fc.boolean(),
        separator,
        (rows, order, end, last, by) => {
          rows[0]!.label = 0;
          const lines = [order, ...rows.map((values) => order.map((column) => values[column]))];
          const text = lines.map((fields) => fields.join(by)).join(end) + (last ? end : "");
          const names = { userColumn: "user", itemColumn: "item", labelColumn: "label", separator: by };
          const read = parse(text, names);
          const expected = text
            .split(/\r?\n/)
            .slice(1)
            .filter((line) => line !== "")
            .map((line) => line.split(by));
          const column = (name: (typeof order)[number]): number[] =>
            expected.map((fields) => Number(fields[order.indexOf(name)]));
          expect([...read.users]).toEqual(column("user"));
          expect([...read.items]).toEqual(column("item"));
          expect([...read.labels]).toEqual(column("label"));
          expect(read.userCount).toBe(Math.max(...column("user")) + 1);
          expect(read.itemCount).toBe(Math.max(...column("item")) + 1);
        },
      ),
    );
  });

  it("reads the same from the parts of a file, wherever they are cut", async () => {
    const text = `\u{feff}${table.replace("\n3\t0", "\n\n3\t0").replaceAll("\n", "\r\n")}7\t3\t0`;
    const bytes = bytesOf(text);
    const whole = parse(text);
    for (const ids of ["rows", "raw"] as const) {
      const expected = parse(text, { ids });
      for (const size of [1, 2, 3, 7, 20, bytes.length]) {
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, part) =>
          bytes.slice(part * size, (part + 1) * size),
        );
        const found = await parseInterParts(parts, { ids, label: "toy.inter" });
        const columns = ({ users, items, labels }: typeof whole) => [[...users], [...items], [...labels]];
        expect(columns(found)).toEqual(columns(expected));
        expect([found.userCount, found.itemCount]).toEqual([expected.userCount, expected.itemCount]);
        expect([0, 2, 5].map(found.lineOf)).toEqual([0, 2, 5].map(expected.lineOf));
      }
    }
    await expectFailure(
      () => parseInterParts([bytesOf("userID\titemID\tx_label\n1\t2\t0\n"), bytesOf("1\tx\t0\n")]),
      "invalid-data",
      "line 3, column itemID",
    );
  });

  it("ignores a byte order mark, and counts blank lines in line numbers", async () => {
    const marked = `\uFEFF${table.replaceAll("\n", "\n\n")}`;
    const read = parse(marked);
    expect([...read.users]).toEqual([0, 0, 3, 1, 3]);
    const lines = marked.split("\n");
    for (const [row, text] of ["0\t2\t0", "0\t1\t0", "3\t0\t0", "1\t4\t1", "3\t4\t2"].entries()) {
      expect(lines[read.lineOf(row) - 1]).toBe(text);
    }
    await expectFailure(() => parse(`${marked}\nx\t1\t0\n`), "invalid-data", `line ${lines.length + 1}`);
  });
});

describe("The reader of .inter tables, given a bad one,", () => {
  const refused = (
    text: string,
    code: "format" | "invalid-data",
    ...parts: readonly string[]
  ): Promise<void> => expectFailure(() => parse(text), code, "toy.inter", ...parts);

  it("names an ID that is not a whole number from 0", async () => {
    for (const bad of [
      "x",
      "-1",
      "1.0",
      "1e3",
      " 1",
      "+1",
      "",
      '"1"',
      "2147483647",
      "99999999999999999999",
      "0x10",
      "é",
    ]) {
      const found = bad === "" ? "nothing" : JSON.stringify(bad);
      await refused(`${table}5\t${bad}\t0\n`, "invalid-data", "line 7", "column itemID", found);
      await refused(`${table}${bad}\t5\t0`, "invalid-data", "line 7", "column userID", found);
    }
  });

  it("names a label that is not a split", async () => {
    for (const bad of ["3", "-1", "train", "", "00x"]) {
      await refused(`${table}5\t5\t${bad}\n`, "invalid-data", "line 7", "column x_label", "0 (train)");
    }
  });

  it("names a missing column, and those that exist", async () => {
    await refused(
      "user\titemID\tx_label\n0\t0\t0\n",
      "format",
      '"userID"',
      '"user", "itemID", "x_label"',
      "line 1",
    );
    await refused("userID\titemID\n0\t0\n", "format", '"x_label"');
    await refused("userID,itemID,x_label\n0,0,0\n", "format", '"userID,itemID,x_label"', "separator");
    await refused("0\t885\t0\n", "format", '"userID"', '"885"');
  });

  it("names a line with more or fewer fields than the header", async () => {
    await refused(`${table}5\t5\n`, "format", "line 7", "3 fields", "found 2");
    await refused(`${table}5\t5\t0\t9\n`, "format", "line 7", "3 fields", "found 4");
    await refused(`${table}5\t5\t0\t\n`, "format", "line 7", "found 4");
  });

  it("refuses an empty file, a header alone, and an empty train split", async () => {
    await refused("", "format", "an empty file");
    await refused("\n0\t0\t0\n", "format", "empty first line");
    await refused("userID\titemID\tx_label\n", "invalid-data", "train split", "no rows");
    await refused(
      "userID\titemID\tx_label\n0\t0\t1\n1\t1\t2\n",
      "invalid-data",
      "x_label 0",
      "none among 2 rows",
    );
  });

  it("refuses a separator that is not one character", async () => {
    for (const separator of ["", "::", "é", "7", "\n"]) {
      await expectFailure(
        () => parse(table, { separator }),
        "invalid-option",
        "separator",
        JSON.stringify(separator),
      );
    }
  });
});

describe("The conversion of splits to interactions", () => {
  it("keeps one split, with the users and items of all splits", () => {
    const read = parse(table);
    const train = splitInteractions(read, "train", { itemCount: 6 });
    expect(train).toMatchObject({ userCount: 4, itemCount: 6 });
    expect([...train.offsets]).toEqual([0, 2, 2, 2, 3]);
    expect([...train.items]).toEqual([1, 2, 0]);
    expect([...splitInteractions(read, "validation").offsets]).toEqual([0, 0, 1, 1, 1]);
    expect([...splitInteractions(read, "test").items]).toEqual([4]);
  });

  it("counts users without any interaction where their number is given", () => {
    expect([...splitInteractions(parse(table), "test", { userCount: 6 }).offsets]).toEqual([
      0, 0, 0, 0, 1, 1, 1,
    ]);
  });

  it("names the first ID beyond the features or the users", async () => {
    const read = parse(table);
    const beyondItems = { itemCount: 4, featuresLabel: "image_feat.npy" };
    for (const split of ["train", "validation", "test"] as const) {
      const parts = ["below 4", "rows in image_feat.npy", "found 4", "toy.inter, line 5, column itemID"];
      await expectFailure(() => splitInteractions(read, split, beyondItems), "mismatch", ...parts);
    }
    const parts = ["below 3", "found 3", "line 4, column userID"];
    await expectFailure(() => splitInteractions(read, "train", { userCount: 3 }), "mismatch", ...parts);
  });
});
