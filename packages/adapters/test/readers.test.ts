import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Interactions } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { readCsrNpz } from "../src/node/index.ts";
import { parseFreerec } from "../src/targets/freerec.ts";
import { parseRecboleFeatures, parseRecboleInter } from "../src/targets/recbole.ts";
import { bytesOf, expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithNumpy, python } from "./peers.ts";

/** Items by user, with their raw IDs where there are some. */
function lists({ offsets, items, userCount, itemIds }: Interactions): unknown[][] {
  return Array.from({ length: userCount }, (_, u) =>
    [...items.subarray(offsets[u], offsets[u + 1])].map((item) => itemIds?.ids[item] ?? item),
  );
}

describe("The reader of RecBole's atomic files", () => {
  const inter = "rating:float\tuser_id:token\titem_id:token\n5\tu9\tb\n3\tu1\ta\n\n4\tu9\tc\n1\tu9\tb\n";

  it("gives users and items in the order of their first line", () => {
    const read = parseRecboleInter(bytesOf(inter));
    expect(read.userIds?.ids).toEqual(["u9", "u1"]);
    expect(read.itemIds?.ids).toEqual(["b", "a", "c"]);
    expect(lists(read)).toEqual([["b", "c"], ["a"]]);
  });

  it("takes the order of items from a list, and other fields by name", () => {
    const text = inter.replace("user_id", "uid").replaceAll("\t", ",");
    const options = { userField: "uid", separator: ",", itemIds: ["c", "x", "b", "a"] };
    const read = parseRecboleInter(bytesOf(text), options);
    expect(read.itemCount).toBe(4);
    expect([...read.items]).toEqual([0, 2, 3]);
  });

  it("refuses other headers, rows and items", async () => {
    const refuse = (text: string, ...parts: string[]) =>
      expectFailure(
        () => parseRecboleInter(bytesOf(text), { label: "toy.inter" }),
        "format",
        "toy.inter",
        ...parts,
      );
    await refuse("", "header");
    await refuse("user_id:token\n", "item_id:token");
    await refuse("user_id:float\titem_id:token\n", "user_id:token", "user_id:float");
    await refuse(`${inter}7\tu1\n`, "line 7", "3 fields", "2");
    await expectFailure(
      () => parseRecboleInter(bytesOf(inter), { itemIds: ["a", "b"] }),
      "invalid-data",
      '"c"',
    );
  });

  it("gives vectors the rows of the items' IDs", async () => {
    const text = "iid:token\tname:token\temb:float_seq\nc\tx\t1 2\nz\tx\t9 9\na\ty\t-0.5 1e2\n";
    const source = parseRecboleFeatures(bytesOf(text), ["a", "b", "c"]);
    const values = new Float32Array(6);
    await source.read(0, 3, values);
    expect([...values]).toEqual([-0.5, 100, 0, 0, 1, 2]);
    expect([...source.missing!]).toEqual([0, 1, 0]);
    const refuse = (bad: string, ...parts: string[]) =>
      expectFailure(() => parseRecboleFeatures(bytesOf(bad), ["a", "b", "c"]), "invalid-data", ...parts);
    await refuse(text.replace("1 2", "1 2 3"), "3 values", "line 4");
    await refuse(text.replace("1e2", "nan"), "line 4, value 1");
    await refuse(text.replace("z\t", "c\t"), "once", "line 3");
    await expectFailure(() => parseRecboleFeatures(bytesOf("a:token\tb:float\n"), []), "format", "float_seq");
  });

  it("refuses item IDs that occur twice or are written alike, since one of the items would lose its vector", async () => {
    const text = bytesOf("iid:token\temb:float_seq\n7\t1 2\n");
    for (const ids of [
      ["a", "7", "a"],
      [7, "a", "7"],
      [7n, 7],
    ]) {
      const parse = () => parseRecboleFeatures(text, ids);
      await expectFailure(parse, "invalid-data", "each item ID once", `rows 0 and ${ids.length - 1}`);
    }
  });
});

describe("The reader of freerec's layout", () => {
  const files = (train: string, valid: string, test: string) => ({
    train: bytesOf(`USER\tITEM\tTIMESTAMP\n${train}`),
    valid: bytesOf(`USER\tITEM\n${valid}`),
    test: bytesOf(`ITEM\tUSER\n${test}`),
  });

  it("counts users and items over all splits", () => {
    const read = parseFreerec(files("0\t2\t1\n1\t0\t1\n", "0\t4\n", "1\t3\n"));
    expect(lists(read.train)).toEqual([[2], [0], [], []]);
    expect(lists(read.validation)).toEqual([[4], [], [], []]);
    expect(lists(read.test)).toEqual([[], [], [], [1]]);
    expect(read.train.itemCount).toBe(5);
  });

  it("refuses malformed IDs and missing columns", async () => {
    await expectFailure(
      () => parseFreerec(files("0\tx\t1\n", "", "")),
      "invalid-data",
      "train.txt, line 2",
      "ITEM",
    );
    await expectFailure(
      () => parseFreerec(files("1999999999\t0\t1\n", "", "")),
      "invalid-data",
      "1 user, largest ID 1,999,999,999",
    );
    await expectFailure(
      () => parseFreerec(files("", "", ""), { userColumn: "U" }),
      "format",
      "train.txt",
      "column U",
    );
  });
});

describeWithNumpy("The reader of SciPy's sparse matrices", () => {
  const folder = temporaryFolder();
  const save = (name: string, how: string, more = "") =>
    python(
      `
dense = np.array([[0, 2, 0, 1], [0, 0, 0, 0], [1, 0, 1, 0]])
rows, columns = np.nonzero(dense)
indptr = np.concatenate([[0], np.cumsum((dense != 0).sum(axis=1))])
parts = dict(indices=columns.astype("i4"), indptr=indptr.astype("i4"), format=b"csr", shape=np.array(dense.shape), data=dense[rows, columns].astype("f8"))
${more}
np.${how}(sys.argv[1], **parts)`,
      join(folder, name),
    );

  for (const how of ["savez", "savez_compressed"]) {
    it(`reads files of ${how}`, async () => {
      save(`${how}.npz`, how);
      const read = await readCsrNpz(join(folder, `${how}.npz`));
      expect(lists(read)).toEqual([[1, 3], [], [0, 2]]);
      expect([...read.weights!]).toEqual([2, 1, 1, 1]);
    });
  }

  it("leaves out explicit zeros and weights that are all 1", async () => {
    save("zeros.npz", "savez", 'parts["data"] = np.array([1, 0, 1, 1], dtype="i8")');
    const read = await readCsrNpz(join(folder, "zeros.npz"));
    expect(lists(read)).toEqual([[1], [], [0, 2]]);
    expect(read.weights).toBeUndefined();
  });

  it("adds entries at the same place, as SciPy does", async () => {
    save("twice.npz", "savez", 'parts["indices"] = np.array([1, 1, 2, 2], dtype="i4")');
    const read = await readCsrNpz(join(folder, "twice.npz"));
    expect(lists(read)).toEqual([[1], [], [2]]);
    expect([...read.weights!]).toEqual([3, 2]);
  });

  it("refuses offsets and shapes that exceed the arrays", async () => {
    const refuse = async (more: string, code: "format" | "invalid-data", ...found: string[]) => {
      save("promise.npz", "savez", more);
      await expectFailure(() => readCsrNpz(join(folder, "promise.npz")), code, "promise.npz", ...found);
    };
    await refuse('parts["indptr"] = np.array([0, 2**40, 2**41, 2**42])', "format", "ascends from 0 to 4");
    await refuse('parts["indptr"] = np.array([0, 3, 2, 4])', "format", "2 at position 2");
    await refuse('parts["indptr"] = np.array([0., np.nan, 2, 4])', "format", "NaN at position 1");
    await refuse(
      'parts["shape"] = np.array([3, 2**40])',
      "invalid-data",
      "1099511627776 columns for 4 entries",
    );
    await refuse('parts["shape"] = np.array([2**40, 4])', "format", "indptr of 1099511627777 values");
    await refuse('parts["shape"] = np.array([3, -4])', "format", "(3, -4)");
  });

  it("refuses other formats, broken archives and indices", async () => {
    save("csc.npz", "savez", 'parts["format"] = b"csc"');
    await expectFailure(() => readCsrNpz(join(folder, "csc.npz")), "format", "csc");
    save("less.npz", "savez", 'del parts["indptr"]');
    await expectFailure(() => readCsrNpz(join(folder, "less.npz")), "format", "indptr.npy");
    save("beyond.npz", "savez", 'parts["indices"][1] = 4');
    await expectFailure(() => readCsrNpz(join(folder, "beyond.npz")), "invalid-data", "0 to 3");
    writeFileSync(join(folder, "text.npz"), "no archive, but long enough to be one");
    await expectFailure(() => readCsrNpz(join(folder, "text.npz")), "format", "no end record");
    await expectFailure(() => readCsrNpz(join(folder, "none.npz")), "io", "none.npz");
  });
});
