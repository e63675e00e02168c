/** A misspelled option is refused, since it would be ignored silently: every reader and writer, and the values of choices. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTable } from "@wellbegun/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeArrow, openArrow } from "../src/arrow/index.ts";
import { readFeatures, readInteractions, readVectors } from "../src/columns/index.ts";
import { encodeNpy } from "../src/formats/npy.ts";
import {
  openNpyFeatures,
  openVectors,
  readBundle,
  readDataset,
  readMmrecDataset,
  writeBundle,
  writeTables,
  writeWire,
} from "../src/node/index.ts";
import { encodeParquet, openParquet } from "../src/parquet/index.ts";
import { writeLancedb } from "../src/stores/lancedb.ts";
import { verifyPgvector, writePgvector } from "../src/stores/pgvector.ts";
import { writeQdrant } from "../src/stores/qdrant.ts";
import { parseInter } from "../src/targets/inter.ts";
import { parseRecboleFeatures, parseRecboleInter } from "../src/targets/recbole.ts";
import { tableInitializer } from "../src/tfjs/index.ts";
import { loadInBlocks, planLoading } from "../src/vectors/index.ts";
import { bytesOf, expectFailure, temporaryFolder } from "./helpers.ts";

const root = temporaryFolder();
const toy = join(root, "toy");
const features = join(toy, "image_feat.npy");
const inter = "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n";
/** As in a JavaScript program, which no compiler has checked. */
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests
const any = (value: unknown): any => value;
const log = { interactions: join(root, "log.parquet"), userColumn: "user", itemColumn: "item" };
const image = { path: join(root, "items.parquet"), column: "image" };
const columns = { ...log, features: { image } };

beforeAll(() => {
  mkdirSync(toy);
  writeFileSync(join(toy, "toy.inter"), inter);
  writeFileSync(features, encodeNpy(Float32Array.of(1, 0, 0, 1), [2, 2]));
});

const table = createTable(Float32Array.of(1), 1, 1);
const cases: Record<string, (misspelled: object) => unknown> = {
  "readDataset of a folder": (more) => readDataset(toy, any(more)),
  readMmrecDataset: (more) => readMmrecDataset(toy, any(more)),
  "readDataset of columns": (more) => readDataset(any({ ...columns, ...more })),
  "a modality of columns": (more) => readDataset(any({ ...log, features: { image: { ...image, ...more } } })),
  "a split by label": (more) =>
    readDataset(any({ ...columns, split: { by: "label", column: "s", ...more } })),
  "a split by time": (more) =>
    readDataset(any({ ...columns, split: { by: "time", column: "t", testFrom: 1, ...more } })),
  openNpyFeatures: (more) => openNpyFeatures(features, any(more)),
  writeBundle: (more) => writeBundle(join(root, "out"), any({}), any(more)),
  writeTables: (more) => writeTables(join(root, "out"), any({ tables: [], ...more })),
  encodeNpy: (more) => encodeNpy(Float32Array.of(1), [1], any(more)),
  encodeParquet: (more) => encodeParquet(table, any(more)),
  encodeArrow: (more) => encodeArrow(table, any(more)),
  openArrow: (more) => openArrow(new Uint8Array(0), any(more)),
  openParquet: async (more) => openParquet(await encodeParquet(table), "a file", any(more)),
  readVectors: (more) => readVectors([], any(more)),
  readBundle: (more) => readBundle(root, any(more)),
  openVectors: (more) => openVectors(root, any("users"), any(more)),
  writeWire: (more) => writeWire(join(root, "out"), any({}), any({}), any(more)),
  readInteractions: (more) => readInteractions([], any({ ...log, interactions: undefined, ...more })),
  readFeatures: (more) => readFeatures([], { itemCount: 1 }, any({ idColumn: "id", column: "v", ...more })),
  planLoading: (more) => planLoading(any({ doing: "placing vectors" }), any({}), any(more)),
  tableInitializer: (more) => tableInitializer(any({}), any({}), any(more)),
  loadInBlocks: (more) => loadInBlocks(any({}), any({}), any({}), any(more)),
  parseInter: (more) => parseInter(bytesOf(inter), any(more)),
  parseRecboleInter: (more) => parseRecboleInter(bytesOf("user_id:token\titem_id:token\n"), any(more)),
  parseRecboleFeatures: (more) => parseRecboleFeatures(bytesOf("i:token\tv:float_seq\n"), [], any(more)),
  writePgvector: (more) => writePgvector(any({}), table, any({ table: "t", ...more })),
  verifyPgvector: (more) => verifyPgvector(any({}), table, any({ table: "t", ...more })),
  writeLancedb: (more) => writeLancedb(any({}), table, any({ table: "t", ...more })),
  writeQdrant: (more) => writeQdrant(any({}), table, any({ alias: "t", ...more })),
};

describe("A misspelled option", () => {
  it.each(Object.keys(cases))("is refused by name: %s", async (name) => {
    await expectFailure(() => cases[name]!({ mising: "none" }), "invalid-option", '"mising"', "Did you mean");
  });

  const values: [what: string, work: () => unknown, parts: string[]][] = [
    ["ids", () => readMmrecDataset(toy, any({ ids: "Raw" })), ['"Raw"', "rows or raw"]],
    ["missing", () => openNpyFeatures(features, any({ missing: "zero" })), ['"zero"', "zeros or none"]],
    ["items", () => readDataset(any({ ...columns, items: "both" })), ['"both"', "all or interactions"]],
    ["keep", () => readDataset(any({ ...columns, keep: "file" })), ['"file"', "memory or files"]],
    [
      "split.by",
      () => readDataset(any({ ...columns, split: { by: "labl", column: "s" } })),
      ['"labl"', "label or time", "split.by"],
    ],
    [
      "split without a column",
      () => readDataset(any({ ...columns, split: { by: "label" } })),
      ["split.column", "undefined"],
    ],
  ];

  it.each(values)("is refused among an option's values: %s", async (_, work, parts) => {
    await expectFailure(work, "invalid-option", ...parts);
  });
});

it("readDataset closes the temporary files of the features that it keeps on disk", async () => {
  const write = (path: string, columns: Readonly<Record<string, unknown[]>>): void => {
    const columnData = Object.entries(columns).map(([name, data]) => ({ name, data }));
    writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
  };
  write(log.interactions, { user: ["u", "v"], item: ["a", "b"] });
  write(image.path, {
    id: ["a", "b"],
    image: [
      [1, 2],
      [3, 4],
    ],
  });
  const data = await readDataset({ ...columns, keep: "files" });
  const rows = new Float32Array(4);
  await data.features.image!.read(0, 2, rows);
  expect([...rows]).toEqual([1, 2, 3, 4]);
  await data.close();
  await expect((async () => data.features.image!.read(0, 2, rows))()).rejects.toThrow();
});
