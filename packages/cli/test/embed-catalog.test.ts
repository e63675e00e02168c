import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ColumnBatch } from "@wellbegun/adapters/columns";
import { expect, it } from "vitest";
import { openCatalog } from "../src/commands/embed/catalog/catalog.ts";
import { type CatalogFile, FileText } from "../src/commands/embed/catalog/catalog-file.ts";
import { readItemIds } from "../src/commands/embed/catalog/item-ids.ts";
import { contentBlocks, type ItemContent } from "../src/commands/embed/content.ts";
import { temporaryFolder } from "./support/files.ts";

it("CSV, TSV, JSON lines and a folder give the same items; a repeated or missing ID is refused by its place.", async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, "a.csv"), 'asin,title\nx,"one, two"\ny,\n');
  await writeFile(join(folder, "a.tsv"), "asin\ttitle\nx\tone, two\ny\t\n");
  await writeFile(join(folder, "a.jsonl"), '{"asin":"x","title":"one, two"}\n{"asin":"y"}\n');
  const read = async (path: string, wanted: readonly string[]): Promise<unknown[][]> => {
    const rows: unknown[][] = [];
    for (const file of await openCatalog(path)) {
      for await (const batch of file.batches(wanted)) {
        for (let r = 0; r < batch.rows; r++) rows.push(batch.columns.map((column) => column[r]));
      }
    }
    return rows;
  };
  for (const name of ["a.csv", "a.tsv", "a.jsonl"]) {
    expect(await read(join(folder, name), ["asin", "title"])).toEqual([
      ["x", "one, two"],
      ["y", null],
    ]);
  }
  await mkdir(join(folder, "files", "sub"), { recursive: true });
  await writeFile(join(folder, "files", "b.txt"), "second");
  await writeFile(join(folder, "files", "sub", "a.txt"), "third");
  const rows = await read(join(folder, "files"), ["id", "path", "text"]);
  expect(rows).toEqual([
    ["b", "b.txt", new FileText("b.txt")],
    ["sub/a", join("sub", "a.txt"), new FileText(join("sub", "a.txt"))],
  ]);
  await writeFile(join(folder, "twice.csv"), "asin\nx\ny\nx\n");
  await writeFile(join(folder, "none.csv"), "asin,title\nx,1\n,2\n");
  await writeFile(join(folder, "quote.csv"), 'asin,title\nx,"1\n');
  const ids = async (name: string): Promise<readonly string[]> =>
    readItemIds(await openCatalog(join(folder, name)), "asin", {});
  await expect(ids("twice.csv")).rejects.toThrow(/x again \(.*twice\.csv, row 2, column asin\)/);
  await expect(ids("none.csv")).rejects.toThrow(/found null \(.*none\.csv, row 1/);
  await expect(ids("quote.csv")).rejects.toThrow(/quote\.csv/);
  await expect(openCatalog(join(folder, "a.xlsx"))).rejects.toThrow(".csv, .tsv, .jsonl");
});

/** The text contents of a catalog. */
async function contentsOf(path: string, ...columns: string[]): Promise<unknown[]> {
  const contents: unknown[] = [];
  for await (const block of contentBlocks(await openCatalog(path), { modality: "text", columns }, 2))
    contents.push(...(await block.read()));
  return contents;
}

it("Bytes that are no UTF-8 are refused by their line, wherever the pieces of the file end.", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "latin.csv");
  // Letters of two bytes over the ends of pieces of 64 KiB, at both parities.
  for (const start of ["", "x"]) {
    const lines = Array.from({ length: 4000 }, (_, i) => `${i},${start}${"é".repeat(20)}`);
    const whole = `asin,title\n${lines.join("\n")}\n`;
    await writeFile(path, whole);
    expect(await contentsOf(path, "title")).toEqual(
      lines.map((line) => ({ content: line.slice(line.indexOf(",") + 1) })),
    );
    const bytes = Buffer.from(whole);
    bytes[bytes.indexOf("\n3000,") + 7] = 0xe9;
    await writeFile(path, bytes);
    await expect(contentsOf(path, "title")).rejects.toThrow(/expected UTF-8, .* \(.*latin\.csv, line 3002\)/);
  }
  await writeFile(path, Buffer.concat([Buffer.from("asin,title\na,b"), Buffer.of(0xc3)]));
  await expect(contentsOf(path, "title")).rejects.toThrow(/latin\.csv, line 2\)/);
});

it("Lists, numbers and times become text; objects, bytes and a column that is there twice are refused by their place.", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.jsonl");
  // The second line has a byte order mark's character and a line separator within texts, and columns that the first lacks.
  const lines = ['{"asin":"x"}', '{"asin":"y","title":"a\u2028b","tags":["t",null,["u",2]],"price":4.5}'];
  await writeFile(path, `\ufeff${lines.join("\r\n")}`);
  expect(await contentsOf(path, "title", "tags", "price")).toEqual([
    { reason: "no text" },
    { content: "a\u2028b t, u, 2 4.5" },
  ]);
  await writeFile(path, '{"asin":"x","title":"a"}\n{"asin":"y","title":{"de":"a"}}\n');
  await expect(contentsOf(path, "title")).rejects.toThrow(
    /found an object \(.*a\.jsonl, row 1, column title\)/,
  );
  const twice = join(folder, "twice.csv");
  await writeFile(twice, "asin,title,title\nx,1,2\n");
  await expect(contentsOf(twice, "title")).rejects.toThrow('expected one column "title"');
  expect(await contentsOf(twice, "asin")).toEqual([{ content: "x" }]);
});

it("A folder's links to files count; files that are empty, gone or no UTF-8 are missing with their reason.", async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, "a.txt"), "first");
  await writeFile(join(folder, "b.txt"), "");
  await writeFile(join(folder, "c.txt"), Buffer.of(0x63, 0xe9));
  await symlink("a.txt", join(folder, "d.txt"));
  await symlink("none.txt", join(folder, "e.txt"));
  await symlink(".", join(folder, "f"));
  expect(await readItemIds(await openCatalog(folder), "id", {})).toEqual(["a", "b", "c", "d", "e"]);
  expect(await contentsOf(folder, "text")).toEqual([
    { content: "first" },
    { reason: "an empty file: b.txt" },
    { reason: "not a readable text: c.txt is not UTF-8" },
    { content: "first" },
    { reason: "no file e.txt" },
  ]);
});

it("What is in hidden folders is no item, and two files whose paths differ by their ending alone are named.", async () => {
  const folder = temporaryFolder();
  await mkdir(join(folder, ".git", "deep"), { recursive: true });
  await writeFile(join(folder, ".git", "deep", "config"), "hidden");
  await writeFile(join(folder, "b.txt"), "second");
  await writeFile(join(folder, "b.md"), "first");
  const files = await openCatalog(folder);
  expect(await readItemIds(files, "path", {})).toEqual(["b.md", "b.txt"]);
  await expect(readItemIds(files, "id", {})).rejects.toThrow(/found b\.md and b\.txt .* --id path/);
  expect(await contentsOf(folder, "text")).toEqual([{ content: "first" }, { content: "second" }]);
});

it("A refused quote in a catalog comes with what to do.", async () => {
  const path = join(temporaryFolder(), "a.tsv");
  await writeFile(path, 'asin\ttitle\nx\ta 5" tablet\n');
  await expect(contentsOf(path, "title")).rejects.toThrow(
    /Invalid Opening Quote.*line 2.*quotes are doubled/,
  );
});

it("Structures of bytes and path, as data sets of Hugging Face have, are the bytes, or the file at the path.", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.jsonl");
  await writeFile(join(folder, "b.png"), "bytes of b");
  const images = [{ bytes: null, path: "b.png" }, { path: "none.png" }, { bytes: null, path: null }, null];
  await writeFile(path, images.map((image, id) => `${JSON.stringify({ id, image })}\n`).join(""));
  expect(await imagesOf(await openCatalog(path))).toEqual([
    { content: new TextEncoder().encode("bytes of b") },
    { reason: "no file none.png" },
    { reason: "no path" },
    { reason: "no path" },
  ]);
  const bytes = Uint8Array.of(1, 2);
  const batch = {
    firstRow: 0,
    rows: 2,
    columns: [
      [
        { bytes, path: "b.png" },
        { bytes: { bytes }, path: null },
      ],
    ],
  };
  const source = { label: "a.parquet", folder, names: ["image"], batches: () => batchesOf(batch) };
  expect(await imagesOf([source])).toEqual([{ content: bytes }, { content: bytes }]);
});

/** The contents of the column `image`. */
async function imagesOf(files: readonly CatalogFile[]): Promise<readonly ItemContent[]> {
  for await (const block of contentBlocks(files, { modality: "image", columns: ["image"] }, 9))
    return block.read();
  return [];
}

async function* batchesOf(batch: ColumnBatch): AsyncGenerator<ColumnBatch> {
  yield batch;
}

it("Parquet's binary columns are the bytes of images, and text where they are UTF-8; a long text is no path.", async () => {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const path = join(temporaryFolder(), "a.parquet");
  const image = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff);
  const columnData = [
    { name: "asin", data: ["x", "y"].map((id) => new TextEncoder().encode(id)), type: "BYTE_ARRAY" as const },
    { name: "image", data: [image, new Uint8Array()], type: "BYTE_ARRAY" as const },
    { name: "long", data: ["p".repeat(5000), " "], type: "STRING" as const },
  ];
  await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
  expect(await readItemIds(await openCatalog(path), "asin", {})).toEqual(["x", "y"]);
  const read = async (column: string): Promise<readonly ItemContent[]> => {
    for await (const block of contentBlocks(
      await openCatalog(path),
      { modality: "image", columns: [column] },
      2,
    ))
      return block.read();
    return [];
  };
  expect(await read("image")).toEqual([{ content: image }, { reason: "no bytes" }]);
  expect(await read("long")).toEqual([
    { reason: "no path, but a text of 5000 characters" },
    { reason: "no path" },
  ]);
  await expect(contentsOf(path, "image")).rejects.toThrow(/found bytes \(.*row 0, column image\)/);
});
