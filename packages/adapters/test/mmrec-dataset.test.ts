import { mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { fit, type Interactions } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { encodeNpy } from "../src/formats/npy.ts";
import { type MmrecDatasetOptions, readMmrecDataset } from "../src/node/index.ts";
import { expectFailure, temporaryFolder, writeFiles } from "./helpers.ts";

const root = temporaryFolder();
const inter = "userID\titemID\tx_label\n0\t2\t0\n0\t2\t0\n2\t0\t0\n1\t3\t1\n2\t1\t2\n";
const features = (rows: number, columns: number, fill = 1): Uint8Array =>
  encodeNpy(new Float32Array(rows * columns).fill(fill), [rows, columns]);

function dataset(files: Readonly<Record<string, string | Uint8Array>>, name?: string): string {
  const folder = name === undefined ? mkdtempSync(join(root, "set-")) : join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFiles(folder, files);
  return folder;
}

const good = { "toy.inter": inter, "text_feat.npy": features(4, 3), "image_feat.npy": features(4, 2) };
const varied = {
  "toy.inter": inter,
  "text_feat.npy": encodeNpy(Float32Array.of(1, 0, 0, 1, 1, 1, 2, 1), [4, 2]),
  "image_feat.npy": encodeNpy(Float32Array.of(0, 3, 1, 1, 5, 2, 2, 1), [4, 2]),
};
const refused = (folder: string, options: MmrecDatasetOptions, ...parts: readonly string[]): Promise<void> =>
  expectFailure(() => readMmrecDataset(folder, options), "invalid-data", ...parts);

const notesOf = async (folder: string, options?: MmrecDatasetOptions): Promise<readonly string[]> => {
  const set = await readMmrecDataset(folder, options);
  await set.close();
  return set.notes;
};

describe("An MMRec dataset on disk", () => {
  it("without features is refused, or read with as many items as its IDs say", async () => {
    const folder = dataset({ "toy.inter": inter });
    await refused(folder, {}, "<modality>_feat.npy", "none", "wellbegun recommend");
    const set = await readMmrecDataset(folder, { withoutFeatures: "allow" });
    const whole = await readMmrecDataset(dataset(good));
    expect(set.features).toEqual({});
    expect(set.counts).toEqual({ ...whole.counts, missing: {} });
    expect(set.train.itemCount).toBe(4);
    expect([...set.test.items]).toEqual([...whole.test.items]);
    await expectFailure(
      () => readMmrecDataset(folder, { withoutFeatures: "allow", modalities: ["image"] }),
      "invalid-data",
      "none",
    );
    await whole.close();
  });

  it("is read with every modality, in alphabetical order", async () => {
    const extra = { "notes_feat.txt": "", "image_centroids.npy": "", "_feat.npy": "" };
    const folder = dataset({ ...good, ...extra }, "toy");
    const set = await readMmrecDataset(`${folder}/`);
    expect(set.name).toBe("toy");
    expect(Object.entries(set.features).map(([name, source]) => [name, source.rows, source.columns])).toEqual(
      [
        ["image", 4, 2],
        ["text", 4, 3],
      ],
    );
    expect(set.counts).toEqual({
      users: 3,
      items: 4,
      train: 2,
      validation: 1,
      test: 1,
      duplicates: 1,
      overlap: { validation: 0, test: 0 },
      missing: { image: 0, text: 0 },
    });
    expect(set.notes).toEqual([
      "_feat.npy is not read: features are read from <modality>_feat.npy (numpy.save).",
      "notes_feat.txt is not read: features are read from <modality>_feat.npy (numpy.save).",
    ]);
    expect([...set.train.offsets]).toEqual([0, 1, 1, 2]);
    expect([...set.train.items]).toEqual([2, 0]);
    expect([...set.validation.items, ...set.test.items]).toEqual([3, 1]);
    expect(set.files).toEqual({
      interactions: [join(folder, "toy.inter")],
      features: { image: join(folder, "image_feat.npy"), text: join(folder, "text_feat.npy") },
    });
    const block = new Float32Array(6);
    await set.features.text!.read(1, 2, block);
    expect([...block]).toEqual([1, 1, 1, 1, 1, 1]);
    await set.close();
  });

  it("opens the named modalities, with columns, separator and users as given", async () => {
    const csv = inter.replaceAll("\t", ",").replace("userID,itemID,x_label", "u,i,split");
    const folder = dataset({ ...good, "toy.inter": csv, "image_feat.npy": features(4, 2, 0) });
    const set = await readMmrecDataset(folder, {
      modalities: ["image", "image"],
      userColumn: "u",
      itemColumn: "i",
      labelColumn: "split",
      separator: ",",
      userCount: 5,
    });
    expect(Object.keys(set.features)).toEqual(["image"]);
    expect([set.counts.users, set.train.userCount, set.test.userCount]).toEqual([5, 5, 5]);
    expect(set.counts.missing).toEqual({ image: 4 });
    await set.close();
  });

  it("takes the table of the folder's name where there are several", async () => {
    const folder = dataset({ ...good, "mine.inter": `${inter}9\t0\t0\n` }, "mine");
    const set = await readMmrecDataset(folder);
    expect([set.files.interactions, set.counts.users]).toEqual([[join(folder, "mine.inter")], 10]);
    await set.close();
  });
});

describe("A dataset with a file for each split", () => {
  const head = "rating:float\tuser_id:token\titem_id:token\n";
  const split = {
    "toy.train.inter": `${head}1\t0\t2\n1\t0\t2\n1\t2\t0\n`,
    "toy.valid.inter": `${head}1\t1\t3\n`,
    "toy.test.inter": `${head}1\t2\t1\n`,
    "text_feat.npy": features(4, 3),
  };
  const fieldsOf = ({ items, offsets, userIds }: Interactions): unknown => ({
    items,
    offsets,
    userIds: userIds?.ids,
  });

  it("is read as the table that states the same splits in a column", async () => {
    const set = await readMmrecDataset(dataset(split));
    const one = await readMmrecDataset(dataset({ ...good, "image_feat.npy": features(4, 1) }));
    expect([set.name, set.counts]).toEqual(["toy", { ...one.counts, missing: { text: 0 } }]);
    for (const part of ["train", "validation", "test"] as const)
      expect(fieldsOf(set[part])).toEqual(fieldsOf(one[part]));
    const [train, valid, test] = ["train", "valid", "test"].map((name) => `toy.${name}.inter`);
    expect(set.notes).toEqual([
      `The splits are the files ${train}, ${valid}, ${test}, as RecBole's benchmark_filename.`,
    ]);
    await Promise.all([set.close(), one.close()]);
  });

  it("gives users with raw IDs rows by their first line in all files, as RecBole numbers its tokens", async () => {
    const raw = {
      "toy.train.inter": "user_id:token\titem_id:token\nzoe\tc\nann\ta\n",
      "toy.valid.inter": "user_id:token\titem_id:token\nbob\tb\nann\td\n",
      "toy.test.inter": "user_id:token\titem_id:token\nann\tb\nbob\tc\n",
      "item_ids.txt": "a\nb\nc\nd\n",
      "text_feat.npy": features(4, 3),
    };
    const set = await readMmrecDataset(dataset(raw), { ids: "raw" });
    expect(set.train.userIds?.ids).toEqual(["zoe", "ann", "bob"]);
    expect([...set.train.items, ...set.validation.items, ...set.test.items]).toEqual([2, 0, 3, 1, 1, 2]);
    expect([set.validation, set.test].map(({ offsets }) => [...offsets])).toEqual([
      [0, 0, 1, 2],
      [0, 0, 1, 2],
    ]);
    await set.close();
  });

  it("needs no validation file, and is passed over for the table of the folder's name", async () => {
    const { "toy.valid.inter": _, ...two } = split;
    const set = await readMmrecDataset(dataset(two));
    expect([set.counts.train, set.counts.validation, set.counts.test]).toEqual([2, 0, 1]);
    await set.close();
    const both = await readMmrecDataset(dataset({ ...split, "both.inter": inter }, "both"));
    expect(both.files.interactions.map((file) => basename(file))).toEqual(["both.inter"]);
    expect(both.notes.filter((note) => note.includes("is not read"))).toHaveLength(3);
    await both.close();
  });

  it("is refused without train rows, with two names, with another rule for splits, and with IDs beyond the features", async () => {
    const { "toy.train.inter": train, ...rest } = split;
    const files = ["<name>.train.inter", "<name>.valid.inter", "<name>.test.inter"];
    await refused(dataset(rest), {}, ...files, "toy.test.inter, toy.valid.inter");
    await refused(dataset({ ...rest, "other.train.inter": train }), {}, ...files);
    await refused(dataset({ ...split, "toy.val.inter": train }), {}, ...files);
    for (const labelColumn of ["x_label", null])
      await expectFailure(
        () => readMmrecDataset(dataset(split), { labelColumn }),
        "invalid-option",
        "option labelColumn",
        "toy.train.inter",
      );
    await expectFailure(
      () => readMmrecDataset(dataset({ ...split, "toy.test.inter": `${head}1\t2\t1\n1\t0\t9\n` })),
      "mismatch",
      "toy.test.inter, line 3, column item_id:token",
      "found 9",
    );
    await expectFailure(
      () => readMmrecDataset(dataset({ ...split, "toy.valid.inter": "userID\titemID\n1\t3\n" })),
      "format",
      "user_id:token",
      "toy.valid.inter",
    );
  });
});

describe("The reader of an MMRec dataset", () => {
  it("does not take files that macOS leaves beside the features for modalities", async () => {
    const folder = dataset({
      ...good,
      "._image_feat.npy": "Mac OS X",
      "._toy.inter": "Mac OS X",
      ".DS_Store": "",
    });
    const set = await readMmrecDataset(folder);
    await set.close();
    expect(Object.keys(set.features)).toEqual(["image", "text"]);
    expect(set.notes).toEqual([]);
  });

  it("names features in other formats and other tables", async () => {
    const folder = dataset({ ...good, "audio_feat.npz": "", "text_feat.pt": "", "my.inter": inter }, "my");
    const notes = await notesOf(folder);
    for (const name of ["audio_feat.npz", "text_feat.pt", "toy.inter"]) {
      expect(notes.filter((note) => note.startsWith(`${name} is not read`))).toHaveLength(1);
    }
    expect(notes).toHaveLength(3);
    await refused(dataset({ "toy.inter": inter, "text_feat.npz": "" }), {}, "found none, but text_feat.npz");
  });

  it("suspects a table whose IDs count from 1 where row 0 occurs nowhere", async () => {
    const fromOne = "userID\titemID\tx_label\n1\t3\t0\n2\t1\t0\n";
    const notes = await notesOf(dataset({ ...good, "toy.inter": fromOne }));
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/No interaction has user 0.*smallest user ID is 1.*subtract 1/);
    expect(notes[1]).toContain("No interaction has item 0");
    expect(await notesOf(dataset(good))).toEqual([]);
  });

  it("counts interactions of the train split that are held out too", async () => {
    const rows = [
      ...["0\t2\t0", "0\t1\t0", "2\t0\t0", "1\t3\t0"],
      ...["0\t1\t1", "0\t1\t1", "0\t3\t1", "1\t3\t1", "0\t2\t2", "2\t2\t2"],
    ];
    const text = ["userID\titemID\tx_label", ...rows].join("\n");
    const set = await readMmrecDataset(dataset({ ...good, "toy.inter": text }));
    await set.close();
    const pairs = (label: string): Set<string> =>
      new Set(rows.filter((row) => row.endsWith(label)).map((row) => row.slice(0, -2)));
    const shared = (label: string): number => [...pairs(label)].filter((pair) => pairs("0").has(pair)).length;
    expect(set.counts.overlap).toEqual({ validation: shared("1"), test: shared("2") });
    expect(set.counts.overlap).toEqual({ validation: 2, test: 1 });
  });

  it("keeps raw IDs, with the item IDs of item_ids.txt where that file exists", async () => {
    const text = "userID\titemID\nann\ttea\nbob\tjam\nann\toil\n";
    const files = { ...good, "toy.inter": text };
    const folder = dataset({ ...files, "item_ids.txt": "oil\nsalt\njam\ntea\n" });
    const set = await readMmrecDataset(folder, { ids: "raw", labelColumn: null });
    await set.close();
    expect(set.train.userIds?.ids).toEqual(["ann", "bob"]);
    expect([...set.train.items].map((item) => set.train.itemIds?.ids[item])).toEqual(["oil", "tea", "jam"]);
    expect(set.notes).toEqual([]);
    const numbers = dataset({ ...good, "toy.inter": "userID\titemID\nann\t0\n" });
    const notes = await notesOf(numbers, { ids: "raw", labelColumn: null });
    expect(notes).toEqual(["Item IDs are taken as numbers of feature rows: the folder has no item_ids.txt."]);
    await refused(dataset(files), { ids: "raw", labelColumn: null }, '"tea"', "item_ids.txt");
    const short = dataset({ ...files, "item_ids.txt": "oil\njam\ntea\n" });
    const reading = () => readMmrecDataset(short, { ids: "raw", labelColumn: null });
    await expectFailure(reading, "mismatch", "4 item IDs", "image_feat.npy", "found 3");
  });
});

describe("item_ids.txt", () => {
  const raw = "userID\titemID\nann\ttea\nbob\tjam\nann\toil\n";
  const list = "oil\nsalt\njam\ntea\n";
  const rawOptions = { ids: "raw", labelColumn: null } as const;

  it("names the rows of the features, which a fit compares and says so", async () => {
    const set = await readMmrecDataset(
      dataset({ ...varied, "toy.inter": raw, "item_ids.txt": list }),
      rawOptions,
    );
    expect(set.features.text!.ids).toBe(set.train.itemIds);
    const { report } = await fit(set, { clusters: 1 });
    expect(report.warnings.map(({ code }) => code)).not.toContain("item-order-assumed");
    await set.close();
    const bare = await readMmrecDataset(dataset(varied));
    const assumed = (await fit(bare, { clusters: 1 })).report.warnings.map(({ code }) => code);
    expect(assumed.filter((code) => code === "item-order-assumed")).toHaveLength(2);
    await bare.close();
  });

  it("may have a byte order mark and the line ends of Windows, as the table may", async () => {
    const windows = `\ufeff${list.replaceAll("\n", "\r\n")}`;
    const table = `\ufeff${raw.replaceAll("\n", "\r\n")}`;
    const set = await readMmrecDataset(
      dataset({ ...good, "toy.inter": table, "item_ids.txt": windows }),
      rawOptions,
    );
    await set.close();
    expect(set.train.itemIds?.ids).toEqual(["oil", "salt", "jam", "tea"]);
    expect([...set.train.items]).toEqual([0, 3, 2]);
  });

  it("is refused with its lines where an ID stands in two of them", async () => {
    const twice = dataset({ ...good, "toy.inter": raw, "item_ids.txt": "oil\ntea\njam\ntea\n" });
    const reading = () => readMmrecDataset(twice, rawOptions);
    await expectFailure(reading, "invalid-data", '"tea" again', join(twice, "item_ids.txt, lines 2 and 4"));
  });

  it("asks for ids where a number in the table could be an ID of the list or a row", async () => {
    const folder = dataset({ ...good, "item_ids.txt": "3\n2\n1\n0\n" });
    const place = join(folder, "item_ids.txt");
    const parts = ['ids: "raw"', 'ids: "rows"', "the number 3 as the ID of row 0", place, "--ids"];
    await expectFailure(() => readMmrecDataset(folder), "invalid-option", ...parts);
    const itemsOf = async (ids: "rows" | "raw"): Promise<number[]> => {
      const set = await readMmrecDataset(folder, { ids });
      await set.close();
      expect(set.notes.filter((note) => note.startsWith("item_ids.txt is not read"))).toHaveLength(
        ids === "rows" ? 1 : 0,
      );
      return [...set.train.items];
    };
    expect(await itemsOf("rows")).toEqual([2, 0]);
    expect(await itemsOf("raw")).toEqual([1, 3]);
  });

  it("is named in a note where it is not read, and in none where its IDs are the rows", async () => {
    const notes = await notesOf(dataset({ ...good, "item_ids.txt": list }));
    expect(notes).toEqual([expect.stringMatching(/^item_ids.txt is not read: .*--ids raw/)]);
    expect(await notesOf(dataset({ ...good, "item_ids.txt": "0\n1\n2\n3\n" }))).toEqual([]);
  });
});

describe("The reader of MMRec datasets", () => {
  it("names files of features under other names, and never the table that it reads", async () => {
    const others = ["image_features.npy", "text_emb.pt", "audio_feat.NPY", "sound.item"];
    const folder = dataset(
      Object.fromEntries([...Object.entries(good), ...others.map((name) => [name, ""])]),
    );
    for (const name of others)
      expect(await notesOf(folder)).toContainEqual(expect.stringContaining(`${name} is not read`));
    const { "toy.inter": table, ...rest } = good;
    expect(await notesOf(dataset({ ...rest, "my_feat.inter": table, "user_graph_dict.npy": "" }))).toEqual(
      [],
    );
  });

  it("says what to do with RecBole's files of items, and with a table that is packed", async () => {
    const hint = ["none, but toy.item", "parseRecboleFeatures", "docs/guides/recbole.md"];
    await refused(dataset({ "toy.inter": inter, "toy.item": "" }), {}, ...hint);
    const packed = dataset({ "toy.inter.gz": "", "text_feat.npy": features(4, 3) });
    await refused(packed, {}, "none, but toy.inter.gz", "Unpack");
  });

  it("refuses a folder that is missing or a file", async () => {
    const absent = join(root, "absent");
    await expectFailure(() => readMmrecDataset(absent), "io", absent, "nothing there (ENOENT)");
    const file = join(dataset(good), "toy.inter");
    await expectFailure(() => readMmrecDataset(file), "io", file, "ENOTDIR");
  });

  it("refuses a folder without a table, with several, without features", async () => {
    const { "toy.inter": _, ...noTable } = good;
    const folder = dataset(noTable);
    await refused(folder, {}, folder, "a file *.inter", "none");
    await refused(dataset({ ...good, "a.inter": inter }), {}, "a.inter, toy.inter", "one named set-");
    await refused(dataset({ "toy.inter": inter }), {}, "_feat.npy", "found none");
  });

  it("names a modality that is missing, and those that exist", async () => {
    const folder = dataset(good);
    const asked = (modalities: readonly string[]): Promise<unknown> =>
      readMmrecDataset(folder, { modalities });
    await expectFailure(() => asked(["image", "audio"]), "invalid-option", "image, text", '"audio"');
    await expectFailure(() => asked([]), "invalid-option", "image, text", "found none");
  });

  it("names both files where modalities differ in rows", async () => {
    const folder = dataset({ ...good, "text_feat.npy": features(5, 3) });
    await expectFailure(
      () => readMmrecDataset(folder),
      "mismatch",
      `${join(folder, "image_feat.npy")} has, 4`,
      "found 5",
      join(folder, "text_feat.npy"),
    );
  });

  it("names table and features where an item lies beyond them", async () => {
    const folder = dataset({ ...good, "text_feat.npy": features(3, 3), "image_feat.npy": features(3, 2) });
    await expectFailure(
      () => readMmrecDataset(folder),
      "mismatch",
      `${join(folder, "toy.inter")}, line 5, column itemID`,
      `below 3, the number of rows in ${join(folder, "image_feat.npy")}`,
      "found 3",
    );
  });

  it("passes on errors from within the files, and names the files", async () => {
    const nan = features(4, 2, Number.NaN);
    await refused(dataset({ ...good, "image_feat.npy": nan }), {}, "image_feat.npy, row 0, column 0", "NaN");
    await refused(
      dataset({ ...good, "toy.inter": `${inter}-4\t0\t0\n` }),
      {},
      "toy.inter, line 7, column userID",
    );
    const cut = dataset({ ...good, "text_feat.npy": features(4, 3).subarray(0, 150) });
    await expectFailure(() => readMmrecDataset(cut), "format", "text_feat.npy", "cut off");
    const folderAsTable = dataset({ "image_feat.npy": features(4, 2) });
    mkdirSync(join(folderAsTable, "x.inter"));
    await expectFailure(() => readMmrecDataset(folderAsTable), "io", "x.inter", "expected a file");
  });
});
