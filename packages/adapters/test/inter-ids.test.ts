import { describe, expect, it } from "vitest";
import { type InterOptions, parseInter, splitInteractions } from "../src/targets/mmrec.ts";
import { bytesOf, expectFailure } from "./helpers.ts";

const parse = (text: string, options?: InterOptions): ReturnType<typeof parseInter> =>
  parseInter(bytesOf(text), { label: "toy.inter", ...options });

const raw = "userID\titemID\tx_label\nann\t2\t0\n0042\t0\t1\nann\t1\t2\n42\t2\t0\n";

describe("An .inter table with raw IDs", () => {
  it("gives users rows in the order of their first line, and keeps their IDs as text", () => {
    const table = parse(raw, { ids: "raw" });
    expect(table.userIds?.ids).toEqual(["ann", "0042", "42"]);
    expect([...table.users]).toEqual([0, 1, 0, 2]);
    expect([...table.items]).toEqual([2, 0, 1, 2]);
    expect(table.itemIds).toBeUndefined();
    expect([table.userCount, table.itemCount]).toEqual([3, 3]);
    const train = splitInteractions(table, "train", { itemCount: 3 });
    expect(train.userIds?.rowOf("42")).toBe(2);
    expect([...train.offsets]).toEqual([0, 1, 1, 2]);
    expect(splitInteractions(table, "test", { itemCount: 3 }).userIds).toBe(train.userIds);
  });

  it("gives items the rows of the list of item IDs", async () => {
    const text = raw.replaceAll("\t2\t", "\tp/2\t").replaceAll("\t1\t", "\t1é\t");
    const itemIds = ["1é", "unused", "p/2", 0];
    const table = parse(text, { ids: "raw", itemIds });
    expect([...table.items]).toEqual([2, 3, 0, 2]);
    expect(table.itemIds?.ids).toEqual(["1é", "unused", "p/2", "0"]);
    const { itemIds: carried, itemCount } = splitInteractions(table, "train", { itemCount: 4 });
    expect([carried?.rowOf("p/2"), itemCount]).toEqual([2, 4]);
    const other = () => splitInteractions(table, "train", { itemCount: 5, featuresLabel: "image_feat.npy" });
    await expectFailure(other, "mismatch", "5 item IDs", "image_feat.npy", "found 4");
    await expectFailure(
      () => parse(text, { ids: "raw", itemIds: itemIds.slice(1) }),
      "invalid-data",
      "an ID of the item list",
      '"1é"',
      "toy.inter, line 4, column itemID",
    );
  });

  it("refuses item IDs that are text where no list states their feature rows", async () => {
    const text = raw.replace("\t0\t", "\ttea\t");
    await expectFailure(() => parse(text, { ids: "raw" }), "invalid-data", '"tea"', "line 3", "item_ids.txt");
  });

  it("refuses empty user IDs, other labels, and options that contradict each other", async () => {
    const nameless = raw.replace("0042", "");
    await expectFailure(
      () => parse(nameless, { ids: "raw" }),
      "invalid-data",
      "line 3, column userID",
      "nothing",
    );
    const train = raw.replace("\t0\n", "\ttrain\n");
    await expectFailure(
      () => parse(train, { ids: "raw" }),
      "invalid-data",
      "line 2, column x_label",
      "0 (train)",
    );
    await expectFailure(() => parse(raw, { itemIds: ["a"] }), "invalid-option", "option itemIds");
    await expectFailure(
      () => parse(raw, { ids: "text" as "raw" }),
      "invalid-option",
      "rows or raw",
      '"text"',
    );
    const table = parse(raw, { ids: "raw" });
    const more = () => splitInteractions(table, "train", { userCount: 7 });
    await expectFailure(more, "invalid-option", "3 users, as many as the table has raw IDs", "7");
  });
});

describe("An .inter table without a column of splits", () => {
  it.each(["rows", "raw"] as const)("has train rows alone, with %s as IDs", (ids) => {
    const table = parse("userID\titemID\n0\t1\n2\t0\n", { labelColumn: null, ids });
    expect([...table.labels]).toEqual([0, 0]);
    expect(splitInteractions(table, "train").items.length).toBe(2);
    expect(splitInteractions(table, "test").items.length).toBe(0);
  });

  it("may have other columns, which are ignored", () => {
    const table = parse("userID\trating\titemID\n0\t5.0\t1\n2\tx\t0\n", { labelColumn: null });
    expect([...table.users, ...table.items, ...table.labels]).toEqual([0, 2, 1, 0, 0, 0]);
  });

  it("is refused without any row", async () => {
    await expectFailure(
      () => parse("userID\titemID\n", { labelColumn: null }),
      "invalid-data",
      "at least one row",
      "no rows",
    );
  });
});

describe("IDs that are not row numbers", () => {
  const table = parse("userID\titemID\tx_label\n1234567890\t0\t0\n7\t1\t0\n8\t2\t1\n8\t0\t0\n");

  it("are refused with their number, the largest ID, and a hint", async () => {
    await expectFailure(
      () => splitInteractions(table, "train", { itemCount: 3 }),
      "invalid-data",
      "found 3 users, largest ID 1,234,567,890",
      "toy.inter, column userID",
      'Renumber the users, read their raw IDs (ids: "raw")',
    );
    const items = parse("userID\titemID\tx_label\n0\t2000000000\t0\n");
    await expectFailure(
      () => splitInteractions(items, "train"),
      "invalid-data",
      "1 item, largest ID 2,000,000,000",
    );
  });

  it("are accepted as row numbers where the number of users is given", () => {
    const sparse = parse("userID\titemID\tx_label\n2000000\t0\t0\n");
    expect(splitInteractions(sparse, "train", { userCount: 2_000_001 }).userCount).toBe(2_000_001);
  });

  it("are refused beyond the range of int32, whatever the options", async () => {
    for (const userCount of [1e12, 2 ** 31, Number.NaN, 1.5]) {
      const split = () => splitInteractions(table, "train", { userCount });
      await expectFailure(split, "invalid-option", "up to 2147483647", `${userCount}`, "option userCount");
    }
  });

  it("bring a hint where an ID lies beyond the features and no ID is 0", async () => {
    const fromOne = parse("userID\titemID\tx_label\n1\t1\t0\n2\t4\t0\n");
    await expectFailure(
      () => splitInteractions(fromOne, "train", { itemCount: 4 }),
      "mismatch",
      "found 4",
      "smallest item ID is 1: if the IDs count from 1, subtract 1",
    );
  });
});
