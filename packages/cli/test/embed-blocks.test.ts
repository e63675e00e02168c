import { existsSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { expect, it } from "vitest";
import { BlockStore } from "../src/commands/embed/block-store.ts";
import { openCatalog } from "../src/commands/embed/catalog/catalog.ts";
import { readItemIds } from "../src/commands/embed/catalog/item-ids.ts";
import { blockRows, encodeModality } from "../src/commands/embed/encode-modality.ts";
import type { ContentEncoder } from "../src/commands/embed/encoder.ts";
import { mapInOrder } from "../src/commands/embed/map-in-order.ts";
import { writeFeatures } from "../src/commands/embed/write-features.ts";
import { openCsvCase } from "./support/catalogs.ts";
import { temporaryFolder } from "./support/files.ts";

const items = 600;
const columns = ["title", "description"] as const;

/** An encoder whose vectors tell the text's length and first letter; texts with "broken" fail, and calls are counted. */
function lengthEncoder(): ContentEncoder & { readonly texts: string[] } {
  const texts: string[] = [];
  return {
    texts,
    width: 2,
    identity: {
      name: "length",
      revision: null,
      modality: "text",
      width: 2,
      preprocessing: {},
      files: {},
      runtime: "test",
    },
    encode: async (batch) => {
      const vectors = new Float32Array(batch.length * 2);
      const failures: { row: number; reason: string }[] = [];
      for (const [row, content] of batch.entries()) {
        const text = String(content);
        texts.push(text);
        if (text.includes("broken")) failures.push({ row, reason: "not a readable file: broken" });
        else vectors.set([text.length, text.charCodeAt(0)], row * 2);
      }
      // Batches end in another order than they began.
      await new Promise((resolve) => setTimeout(resolve, texts.length % 3));
      return { vectors, failures, truncated: 1 };
    },
    dispose: async () => undefined,
  };
}

async function run(folder: string, catalog: string, out: string, encoder: ContentEncoder): Promise<void> {
  const files = await openCatalog(catalog);
  const ids = await readItemIds(files, "asin", {});
  const store = await BlockStore.open(join(folder, "unfinished"), { catalog }, false);
  const job = {
    modality: "text",
    columns,
    encoder,
    dtype: "float32",
    items: ids.length,
    workers: 3,
  } as const;
  const records = { text: await encodeModality(files, job, store, {}) };
  const modalities = [{ modality: "text", columns, encoder: encoder.identity }] as const;
  await writeFeatures(out, { ids, dtype: "float32", store, records, modalities }, {});
}

it("Rows come out in the catalog's order; items without text or with a broken one are masked and listed.", async () => {
  const folder = temporaryFolder();
  const { catalog, texts } = await openCsvCase(folder, items);
  const out = join(folder, "out");
  await run(folder, catalog, out, lengthEncoder());
  const { data, shape } = decodeNpy(await readFile(join(out, "text_feat.npy")));
  expect(shape).toEqual([items, 2]);
  const mask = decodeNpy(await readFile(join(out, "text_missing.npy"))).data as Uint8Array;
  const listed = (await readFile(join(out, "missing_items.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const expected = texts.flatMap((text, row) => {
    if (text !== "" && !text.includes("broken")) return [];
    return [
      {
        row,
        id: `B${row}`,
        modality: "text",
        reason: text === "" ? "no text" : "not a readable file: broken",
      },
    ];
  });
  expect(expected.length).toBeGreaterThan(20);
  expect(listed).toEqual(expected);
  for (const [row, text] of texts.entries()) {
    const gone = text === "" || text.includes("broken");
    expect(mask[row]).toBe(Number(gone));
    expect([data[2 * row], data[2 * row + 1]]).toEqual(gone ? [0, 0] : [text.length, text.charCodeAt(0)]);
  }
  expect((await readFile(join(out, "item_ids.txt"), "utf8")).split("\n")).toHaveLength(items + 1);
});

it("A run goes on with the blocks whose hashes hold, computes damaged ones again, and gives the same bytes.", async () => {
  const folder = temporaryFolder();
  const { catalog, texts } = await openCsvCase(folder, items);
  await run(folder, catalog, join(folder, "whole"), lengthEncoder());
  const present = (first: number, end: number): number =>
    texts.slice(first, end).filter((text) => text !== "").length;
  // The first block is damaged, the second whole, the third's line half written: as a kill may leave them.
  const store = join(folder, "unfinished");
  await writeFile(join(store, "text-0.block"), "damaged");
  const log = await readFile(join(store, "blocks.jsonl"), "utf8");
  const lines = log.trim().split("\n");
  const second = lines.filter((line) => JSON.parse(line).index < 2);
  await writeFile(join(store, "blocks.jsonl"), `${second.join("\n")}\n`);
  await appendFile(
    join(store, "blocks.jsonl"),
    lines.find((line) => JSON.parse(line).index === 2)!.slice(0, 30),
  );
  const encoder = lengthEncoder();
  await run(folder, catalog, join(folder, "again"), encoder);
  const { text: height } = blockRows;
  expect(encoder.texts).toHaveLength(present(0, height) + present(2 * height, items));
  for (const name of [
    "text_feat.npy",
    "text_missing.npy",
    "item_ids.txt",
    "missing_items.jsonl",
    "features.json",
  ]) {
    const [whole, again] = [
      await readFile(join(folder, "whole", name)),
      await readFile(join(folder, "again", name)),
    ];
    expect(again.equals(whole), name).toBe(true);
  }
});

it("A run whose catalog changed meanwhile goes on with the blocks whose content is the same.", async () => {
  const folder = temporaryFolder();
  const { catalog } = await openCsvCase(folder, items);
  await run(folder, catalog, join(folder, "before"), lengthEncoder());
  const { text: height } = blockRows;
  const lines = (await readFile(catalog, "utf8")).split("\n");
  lines[height + 2] = `B${height + 1},changed,text`;
  await writeFile(catalog, lines.join("\n"));
  const encoder = lengthEncoder();
  await run(folder, catalog, join(folder, "after"), encoder);
  expect(encoder.texts).toContain("changed text");
  expect(encoder.texts.length).toBeLessThanOrEqual(height);
  const fresh = temporaryFolder();
  await run(fresh, catalog, join(fresh, "after"), lengthEncoder());
  for (const name of ["text_feat.npy", "text_missing.npy", "missing_items.jsonl"]) {
    expect(await readFile(join(folder, "after", name)), name).toEqual(
      await readFile(join(fresh, "after", name)),
    );
  }
});

it("A catalog that has other rows than when its IDs were read is refused.", async () => {
  const folder = temporaryFolder();
  const { catalog } = await openCsvCase(folder, 10);
  const store = await BlockStore.open(join(folder, "unfinished"), {}, false);
  const job = {
    modality: "text",
    columns,
    encoder: lengthEncoder(),
    dtype: "float32",
    items: 9,
    workers: 1,
  } as const;
  await expect(encodeModality(await openCatalog(catalog), job, store, {})).rejects.toThrow(
    /expected the 9 rows whose IDs were read, found 10 \(.*catalog\.csv\)/,
  );
});

it("A modality that no item has is refused with the reason, and nothing is written.", async () => {
  const folder = temporaryFolder();
  const catalog = join(folder, "catalog.csv");
  await writeFile(catalog, "asin,title,description\nx,broken,\ny,,\n");
  const [out, encoder] = [join(folder, "out"), lengthEncoder()];
  await expect(run(folder, catalog, out, encoder)).rejects.toThrow(
    /expected text that can be encoded.*none of 2 items; the first one has: not a readable file: broken \(column title, description\)/,
  );
  expect(existsSync(out)).toBe(false);
  // The same catalog with one text goes on from there.
  await writeFile(catalog, "asin,title,description\nx,broken,\ny,a text,\n");
  await run(folder, catalog, out, encoder);
  expect(existsSync(join(out, "text_feat.npy"))).toBe(true);
});

it("Vectors that are not finite, or beyond float16, are missing with their reason.", async () => {
  const folder = temporaryFolder();
  const catalog = join(folder, "catalog.csv");
  await writeFile(catalog, "asin,title,description\nx,1,\ny,70000,\nz,NaN,\nw,Infinity,\n");
  const encoder: ContentEncoder = {
    ...lengthEncoder(),
    width: 1,
    encode: async (batch) => ({ vectors: Float32Array.from(batch, Number), failures: [], truncated: 0 }),
  };
  const kept = async (dtype: "float32" | "float16"): Promise<unknown[]> => {
    const files = await openCatalog(catalog);
    const store = await BlockStore.open(join(folder, dtype), {}, false);
    const job = { modality: "text", columns, encoder, dtype, items: 4, workers: 1 } as const;
    return (await encodeModality(files, job, store, {})).flatMap(({ failures }) =>
      failures.map(({ row, reason }) => [row, reason.replace("the model's vector has values that ", "")]),
    );
  };
  const infinite = [2, 3].map((row) => [row, "are not finite"]);
  expect(await kept("float32")).toEqual(infinite);
  expect(await kept("float16")).toEqual([[1, "float16 cannot hold"], ...infinite]);
});

it("Blocks of another job are refused, and --restart discards them; a job that encoded nothing is in nobody's way.", async () => {
  const folder = join(temporaryFolder(), "unfinished");
  const block = { modality: "text", index: 0, rows: 1, content: "hash", failures: [], truncated: 0 };
  await BlockStore.open(folder, { encoder: "none" }, false);
  const failed = await BlockStore.open(folder, { encoder: "failed" }, false);
  await failed.keep(new Uint8Array(8), { ...block, failures: [{ row: 0, reason: "no text" }] });
  const store = await BlockStore.open(folder, { encoder: "one" }, false);
  expect(await store.find("text", 0, "hash")).toBeUndefined();
  await store.keep(new Uint8Array(8), block);
  await expect(BlockStore.open(folder, { encoder: "other" }, false)).rejects.toThrow("blocks of another run");
  await BlockStore.open(folder, { encoder: "other" }, true);
  await BlockStore.open(folder, { encoder: "other" }, false);
});

it("A stream is mapped in order with no more calls at once than workers, and a failure is thrown in its turn.", async () => {
  let [running, most] = [0, 0];
  async function* numbers(): AsyncGenerator<number> {
    for (let i = 0; i < 20; i++) yield i;
  }
  const seen: number[] = [];
  const work = async (value: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, (value * 7) % 5));
    running--;
    if (value === 13) throw new Error("thirteen");
    return value;
  };
  const all = async (): Promise<void> => {
    for await (const value of mapInOrder(numbers(), 4, work)) seen.push(value);
  };
  await expect(all()).rejects.toThrow("thirteen");
  expect(seen).toEqual(Array.from({ length: 13 }, (_, i) => i));
  expect(most).toBe(4);
});
