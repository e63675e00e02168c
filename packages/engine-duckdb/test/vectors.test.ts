/**
 * The whole way: a dataset in MMRec's layout, written as Parquet with other IDs in another order, gives the same vectors by
 * ID, through the engine and through the reader in JavaScript.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrayVectors } from "@wellbegun/adapters/bundle";
import { type LogFiles, readColumnDataset, readMmrecDataset, writeParquet } from "@wellbegun/adapters/node";
import { decodeNpy } from "@wellbegun/adapters/npy";
import {
  type Dataset,
  type FitOptions,
  fit,
  fitInto,
  IdIndex,
  type InteractionSource,
  type StartCentroids,
  type TableSink,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { type DuckdbModule, readLog, type StreamedLog, streamLog } from "../src/index.ts";
import { duckdbRun, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

/** Numbers in an order of chance. */
function shuffled(count: number, name: string): number[] {
  const random = createRandom(5, name);
  const order = Array.from({ length: count }, (_, row) => row);
  for (let row = count - 1; row > 0; row--) {
    const other = random.integer(row + 1);
    [order[row], order[other]] = [order[other]!, order[row]!];
  }
  return order;
}

/** Writes a dataset as Parquet: row r gets an ID of its own, and all rows stand in an order of chance. */
async function asParquet(duckdb: DuckdbModule, dataset: Dataset, folder: string) {
  mkdirSync(folder);
  const { train } = dataset;
  const ids = (kind: string, count: number): string[] =>
    shuffled(count, kind).map((number) => `${kind} ${(number * 2_654_435_761) % 4_294_967_296}é`);
  const [users, items] = [ids("user", train.userCount), ids("item", train.itemCount)];
  const lines: string[] = [];
  for (const [s, interactions] of [train, dataset.validation, dataset.test].entries()) {
    for (let u = 0; interactions !== undefined && u < interactions.userCount; u++) {
      for (let e = interactions.offsets[u]!; e < interactions.offsets[u + 1]!; e++) {
        lines.push(JSON.stringify({ u: users[u], i: items[interactions.items[e]!], s }));
      }
    }
  }
  const text = join(folder, "log.jsonl");
  writeFileSync(
    text,
    shuffled(lines.length, "lines")
      .map((line) => lines[line])
      .join("\n"),
  );
  for (const part of [0, 1]) {
    const half = `select * from read_json('${text}') where hash(u || i) % 2 = ${part}`;
    await duckdbRun(
      duckdb,
      `copy (${half}) to '${join(folder, `log-${part}.parquet`)}' (row_group_size 5000, compression zstd)`,
    );
  }
  const features: Record<string, { path: string; column: string }> = {};
  for (const [modality, source] of Object.entries(dataset.features)) {
    const { rows, columns } = source;
    const data = new Float32Array(rows * columns);
    await source.read(0, rows, data);
    const order = shuffled(rows, modality);
    const moved = new Float32Array(rows * columns);
    for (const [to, row] of order.entries())
      moved.set(data.subarray(row * columns, (row + 1) * columns), to * columns);
    const path = join(folder, `${modality}.parquet`);
    await writeParquet(
      path,
      arrayVectors("items", {
        data: moved,
        rows,
        columns,
        ids: new IdIndex(order.map((row) => items[row]!)),
      }),
    );
    features[modality] = { path, column: "vector" };
  }
  const interactions = join(folder, "log-*.parquet");
  const split = { by: "label", column: "s" } as const;
  return { users, items, options: { interactions, features, userColumn: "u", itemColumn: "i", split } };
}

/** Largest difference of any row of two tables, as a share of the row's norm (or of the mean norm, where that is larger). */
function difference(expected: Float32Array, found: (row: number) => Float32Array, columns: number): number {
  const rows = expected.length / columns;
  const mean = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / rows);
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    const other = found(row);
    let squares = 0;
    for (let c = 0; c < columns; c++) squares += (expected[row * columns + c]! - other[c]!) ** 2;
    largest = Math.max(largest, Math.sqrt(squares) / mean);
  }
  return largest;
}

/** A sink that keeps its tables, and gets scaled rows. */
function keepingSink(): { sink: TableSink; tables: Record<string, Float32Array> } {
  const tables: Record<string, Float32Array> = {};
  const widths: Record<string, number> = {};
  return {
    tables,
    sink: {
      begin: (name, rows, columns) => {
        widths[name] = columns;
        tables[name] = new Float32Array(rows * columns);
      },
      write: (name, firstRow, view) => tables[name]!.set(view, firstRow * widths[name]!),
    },
  };
}

describeWithDuckdb("Vectors of shuffled Parquet files with other IDs", (duckdb) => {
  const folder = temporaryFolder();
  const compare = async (base: Dataset, name: string, options: FitOptions): Promise<void> => {
    const { users, items, options: files } = await asParquet(duckdb, base, join(folder, name));
    const expected = await fit(base, options);
    const engines = {
      javascript: undefined,
      duckdb: (log: LogFiles) => readLog({ ...log, duckdb }),
    };
    let inMemory: Record<string, Float32Array> = {};
    for (const readLog of Object.values(engines)) {
      const dataset = await readColumnDataset({ ...files, readLog });
      expect([dataset.train.userCount, dataset.train.itemCount]).toEqual([
        expected.users.rows,
        expected.items.rows,
      ]);
      expect(dataset.validation?.items.length).toBe(base.validation?.items.length);
      expect(dataset.test?.items.length).toBe(base.test?.items.length);
      const model = await fit(dataset, options);
      for (const { itemIds } of Object.values(model.report.input.modalities))
        expect(itemIds).toBe("compared");
      for (const [modality, { labels }] of Object.entries(expected.clusters)) {
        const found = model.clusters[modality]!.labels;
        const rowOf = (row: number): number => dataset.train.itemIds!.rowOf(items[row]!)!;
        expect([...labels].filter((label, row) => label !== found[rowOf(row)])).toEqual([]);
      }
      inMemory = { users: model.users.data, items: model.items.data };
      const { columns } = expected.users;
      expect(difference(expected.users.data, (row) => model.users.row(users[row]!), columns)).toBeLessThan(
        1e-5,
      );
      expect(difference(expected.items.data, (row) => model.items.row(items[row]!), columns)).toBeLessThan(
        1e-5,
      );
    }
    // Read in blocks from DuckDB's files, within a bound, the same log gives the same bits.
    let log: StreamedLog | undefined;
    const dataset = await readColumnDataset<InteractionSource>({
      ...files,
      readLog: async (wanted: LogFiles) => {
        log = await streamLog({ ...wanted, duckdb });
        return log;
      },
    });
    const { sink, tables } = keepingSink();
    await fitInto(dataset, { ...options, memory: 2 ** 30, initializer: false }, sink);
    await log!.close();
    expect({ users: tables.users, items: tables.items }).toEqual(inMemory);
  };
  /** Where k-means starts: fixed vectors, since the rows that it would choose depend on their order. */
  const centroidsOf = async (dataset: Dataset, clusters: number): Promise<Record<string, StartCentroids>> => {
    const { clusters: found } = await fit(dataset, { clusters, maxIterations: 5, restarts: 1 });
    return Object.fromEntries(
      Object.entries(found).map(([modality, { centroids }]) => [
        modality,
        { data: centroids.data, clusters: centroids.rows },
      ]),
    );
  };

  const golden = fileURLToPath(new URL("../../../fixtures/golden", import.meta.url));
  it.each(readdirSync(golden))("equal those of the golden case %s", async (name) => {
    const dataset = await readMmrecDataset(join(golden, name));
    const centroids: Record<string, StartCentroids> = {};
    for (const modality of Object.keys(dataset.features)) {
      const { data, shape } = decodeNpy(readFileSync(join(golden, name, `${modality}_seed_centroids.npy`)));
      centroids[modality] = { data: data as Float32Array, clusters: shape[0]! };
    }
    await compare(dataset, name, { prepare: "none", project: "none", scale: "none", centroids });
    await compare(dataset, `${name}-default`, {
      centroids,
      clusters: Object.fromEntries(
        Object.entries(centroids).map(([modality, { clusters }]) => [modality, clusters]),
      ),
    });
    await dataset.close();
  });

  const beside = fileURLToPath(new URL("../../../../shared/data/tiktok", import.meta.url));
  const tiktok = process.env.WELLBEGUN_TIKTOK ?? beside;
  const present = existsSync(join(tiktok, "tiktok.inter"));
  if (!present) {
    console.log(
      `The TikTok dataset is not at ${tiktok}: its test is skipped. WELLBEGUN_TIKTOK names another place.`,
    );
  }
  it.skipIf(!present)("equal those of TikTok", async () => {
    const dataset = await readMmrecDataset(tiktok);
    await compare(dataset, "tiktok", { centroids: await centroidsOf(dataset, 8) });
    await dataset.close();
  });
});
