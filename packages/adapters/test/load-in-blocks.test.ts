import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileMarker, openVectors, writeTables } from "../src/node/index.ts";
import {
  type LanceConnection,
  type MakeArrowTable,
  verifyLancedb,
  writeLancedb,
} from "../src/stores/lancedb.ts";
import { type PgClient, verifyPgvector, writePgvector } from "../src/stores/pgvector.ts";
import { type QdrantClient, verifyQdrant, writeQdrant } from "../src/stores/qdrant.ts";
import { vectorBatches } from "../src/vectors/batches.ts";
import {
  type LoadBlock,
  type LoadMarker,
  type LoadProgress,
  loadInBlocks,
} from "../src/vectors/load-in-blocks.ts";
import type { Vectors } from "../src/vectors/vectors.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithPeers, leaveOut, loadPeer } from "./node-peers.ts";
import { type PostgresServer, startPostgres, whyNoPostgres } from "./postgres.ts";
import { startQdrantStandIn } from "./qdrant-stand-in.ts";
import { someVectors } from "./vectors-helpers.ts";

const root = temporaryFolder();
type Write = (block: LoadBlock) => Promise<{ readonly total: number }>;

/** A bundle in parts of 7 rows, whose table and IDs are read from the disk. */
async function partedVectors(rows: number): Promise<Vectors> {
  const out = join(mkdtempSync(join(root, "bundle-")), "out");
  const data = Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(i));
  const userIds = Array.from({ length: rows }, (_, row) => `user ${row}`);
  await writeTables(out, { tables: [{ name: "users", rows, columns: 3, data }], userIds, rowsPerPart: 7 });
  return openVectors(out);
}

/** A store in memory. */
function mapStore(): { rows: Map<string, string>; write: Write; calls: string[] } {
  const rows = new Map<string, string>();
  const calls: string[] = [];
  return {
    rows,
    calls,
    write: async ({ vectors, mode, last }) => {
      if (mode === "replace") rows.clear();
      calls.push(`${mode} ${vectors.rows}${last ? " last" : ""}`);
      for await (const { ids, data } of vectorBatches(vectors, { doing: "testing", rowsPerBatch: 2 })) {
        for (const [row, id] of ids.entries()) rows.set(id, data.subarray(row * 3, row * 3 + 3).join());
      }
      return { total: rows.size };
    },
  };
}

function memoryMarker(): LoadMarker & { found: LoadProgress | undefined } {
  const marker = {
    found: undefined as LoadProgress | undefined,
    read: async () => marker.found,
    write: async (progress: LoadProgress) => {
      marker.found = progress;
    },
    clear: async () => {
      marker.found = undefined;
    },
  };
  return marker;
}

/** A marker whose process is killed before it records a block: the block is in the store, and no record says so. */
function killedAt(marker: LoadMarker, block: number): LoadMarker {
  let blocks = 0;
  return {
    ...marker,
    write: async (progress) => {
      if (blocks++ === block) throw new Error("killed");
      await marker.write(progress);
    },
  };
}

describe("loading in blocks", () => {
  it("writes every row once, in order, with its ID and the origin of the whole table", async () => {
    const vectors = await partedVectors(25);
    const store = mapStore();
    const whole = mapStore();
    await whole.write({ vectors, mode: "replace", last: true });
    const marker = memoryMarker();
    const origins: unknown[] = [];
    const result = await loadInBlocks(
      vectors,
      marker,
      (block) => {
        origins.push(block.vectors.provenance);
        return store.write(block);
      },
      { rowsPerBlock: 10 },
    );
    expect(result).toEqual({ rows: 25, resumedFrom: 0 });
    expect(store.calls).toEqual(["replace 10", "upsert 10", "upsert 5 last"]);
    expect([...store.rows]).toEqual([...whole.rows]);
    expect(origins).toEqual(Array(3).fill({ ...vectors.provenance, rows: 25 }));
    expect(marker.found).toBeUndefined();
  });

  it("ends with the same rows wherever it was killed, and however often", async () => {
    const vectors = await partedVectors(23);
    const expected = mapStore();
    await expected.write({ vectors, mode: "replace", last: true });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.nat(5), { maxLength: 4 }),
        async (rowsPerBlock, kills) => {
          const store = mapStore();
          store.rows.set("of an earlier table", "1,2,3");
          const marker = memoryMarker();
          for (const block of kills) {
            await loadInBlocks(vectors, killedAt(marker, block), store.write, { rowsPerBlock }).catch(
              () => undefined,
            );
          }
          await loadInBlocks(vectors, marker, store.write, { rowsPerBlock });
          expect(Object.fromEntries(store.rows)).toEqual(Object.fromEntries(expected.rows));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps its record in a file, which is removed at the end", async () => {
    const vectors = await partedVectors(9);
    const path = join(mkdtempSync(join(root, "marker-")), "load.json");
    const store = mapStore();
    const load = (marker: LoadMarker): Promise<unknown> =>
      loadInBlocks(vectors, marker, store.write, { rowsPerBlock: 4 });
    await expect(load(killedAt(fileMarker(path), 1))).rejects.toThrow("killed");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      bundle: vectors.provenance!.bundle,
      table: "users",
      rows: 4,
    });
    expect(await load(fileMarker(path))).toEqual({ rows: 9, resumedFrom: 4 });
    expect(existsSync(path)).toBe(false);
    for (const text of ["", "{}", '{"bundle":"a","table":"users","rows":-1}']) {
      writeFileSync(path, text);
      await expectFailure(() => load(fileMarker(path)), "format", "the record of a load");
    }
  });

  it("refuses another bundle's record, vectors of no bundle, and a store that does not hold every row", async () => {
    const vectors = await partedVectors(9);
    const marker = memoryMarker();
    const store = mapStore();
    marker.found = { bundle: "0".repeat(64), table: "users", rows: 4 };
    await expectFailure(
      () => loadInBlocks(vectors, marker, store.write),
      "mismatch",
      "a record of the table users",
    );
    marker.found = undefined;
    const { provenance: _, ...unknown } = vectors;
    await expectFailure(
      () => loadInBlocks(unknown, marker, store.write),
      "invalid-option",
      "vectors of a bundle",
    );
    const forgetful: Write = async (block) => ({ total: (await store.write(block)).total - 1 });
    await expectFailure(
      () => loadInBlocks(vectors, marker, forgetful),
      "mismatch",
      "9 rows in the store",
      "8",
    );
    // Row 5 has the ID of row 1: without a list of all IDs in memory, only the store's count tells.
    const ids = ["a", "b", "c", "d", "e", "b"];
    const twice: Vectors = {
      ...someVectors({ rows: 6 }),
      idBlocks: async function* (rows, first = 0) {
        for (let row = first; row < 6; row += rows) yield ids.slice(row, row + rows);
      },
    };
    const options = { rowsPerBlock: 4 };
    await expectFailure(
      () => loadInBlocks(twice, marker, store.write, options),
      "mismatch",
      "6 rows in the store",
      "5",
    );
    for (const rowsPerBlock of [0, 1.5]) {
      await expectFailure(
        () => loadInBlocks(vectors, marker, store.write, { rowsPerBlock }),
        "invalid-option",
        "rowsPerBlock",
      );
    }
  });
});

/** Loads a table that replaces another one, with a kill in the middle, and verifies the whole. */
async function loadsDespiteKill(write: Write, verify: (vectors: Vectors) => Promise<unknown>): Promise<void> {
  await write({ vectors: someVectors({ rows: 40, seed: 2 }), mode: "replace", last: true });
  const vectors = await partedVectors(33);
  const path = join(mkdtempSync(join(root, "marker-")), "load.json");
  const options = { rowsPerBlock: 10 };
  await expect(loadInBlocks(vectors, killedAt(fileMarker(path), 2), write, options)).rejects.toThrow(
    "killed",
  );
  expect(await loadInBlocks(vectors, fileMarker(path), write, options)).toEqual({
    rows: 33,
    resumedFrom: 20,
  });
  await verify(vectors);
}

describeWithPeers("loading LanceDB in blocks", ["@lancedb/lancedb"], () => {
  it("ends with the same table after a kill", async () => {
    const { connect, makeArrowTable } = loadPeer<{
      connect(path: string): Promise<LanceConnection>;
      makeArrowTable: MakeArrowTable;
    }>("@lancedb/lancedb");
    const connection = await connect(join(root, "lance"));
    const options = { table: "users", makeArrowTable };
    await loadsDespiteKill(
      ({ vectors, mode }) => writeLancedb(connection, vectors, { ...options, mode }),
      (vectors) => verifyLancedb(connection, vectors, { ...options, verifyRows: 33 }),
    );
  });
});

/** Loads a bundle into LanceDB in a process of its own, which kills itself when it has written block `kill`. */
const program = `
import { createRequire } from "node:module";
import { fileMarker, openVectors } from "@wellbegun/adapters/node";
import { writeLancedb } from "@wellbegun/adapters/lancedb";
import { loadInBlocks } from "@wellbegun/adapters/vectors";
const [peers, bundle, database, marker, kill] = process.argv.slice(1);
const { connect, makeArrowTable } = createRequire(peers + "/any.js")("@lancedb/lancedb");
const connection = await connect(database);
let block = 0;
const write = async ({ vectors, mode }) => {
  const stored = await writeLancedb(connection, vectors, { table: "users", makeArrowTable, mode });
  if (block++ === Number(kill)) process.kill(process.pid, "SIGKILL");
  return stored;
};
const options = { rowsPerBlock: 10 };
const loaded = await loadInBlocks(await openVectors(bundle), fileMarker(marker), write, options);
console.log(JSON.stringify(loaded));`;

describeWithPeers("loading LanceDB in a process that is killed", ["@lancedb/lancedb"], () => {
  it("continues in the next process, and ends with the same table", async () => {
    const folder = mkdtempSync(join(root, "killed-"));
    const bundle = join(folder, "bundle");
    const data = Float32Array.from({ length: 45 * 3 }, (_, i) => Math.sin(i));
    await writeTables(bundle, { tables: [{ name: "users", rows: 45, columns: 3, data }], rowsPerPart: 7 });
    const adapters = fileURLToPath(new URL("..", import.meta.url));
    // The peer lies where describeWithPeers found it.
    const named = (process.env.WELLBEGUN_PEERS ?? "").split(delimiter);
    const peers = named.find((place) => existsSync(join(place, "node_modules", "@lancedb"))) ?? adapters;
    const run = (kill: number): ReturnType<typeof spawnSync> =>
      spawnSync(
        process.execPath,
        [
          ...["--input-type=module", "--eval", program, peers],
          ...[bundle, join(folder, "lance"), join(folder, "load.json"), `${kill}`],
        ],
        { cwd: adapters, encoding: "utf8" },
      );
    expect(run(2)).toMatchObject({ signal: "SIGKILL" });
    expect(run(1)).toMatchObject({ signal: "SIGKILL" });
    const last = run(-1);
    expect(last.stderr).toBe("");
    expect(JSON.parse(String(last.stdout))).toEqual({ rows: 45, resumedFrom: 30 });
    const { connect } = loadPeer<{ connect(path: string): Promise<LanceConnection> }>("@lancedb/lancedb");
    const verified = await verifyLancedb(await connect(join(folder, "lance")), await openVectors(bundle), {
      table: "users",
      verifyRows: 45,
    });
    expect(verified).toEqual({ rows: 45, total: 45, verified: 45 });
  });
});

describeWithPeers("loading Qdrant (a stand-in server) in blocks", ["@qdrant/js-client-rest"], () => {
  it("ends with the same points after a kill", async () => {
    const { QdrantClient: Client } = loadPeer<{
      QdrantClient: new (options: { url: string }) => QdrantClient;
    }>("@qdrant/js-client-rest");
    const server = await startQdrantStandIn();
    const client = new Client({ url: server.url });
    const options = { alias: "users" };
    await loadsDespiteKill(
      ({ vectors, mode }) => writeQdrant(client, vectors, { ...options, mode }),
      (vectors) => verifyQdrant(client, vectors, { ...options, verifyRows: 33 }),
    ).finally(() => server.stop());
  });
});

if (whyNoPostgres !== undefined) leaveOut("loading pgvector in blocks", whyNoPostgres);
else describeWithPeers("loading pgvector in blocks", ["pg"], postgresSuite);

function postgresSuite(): void {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  it("ends with the same table after a kill, and makes the index at the end", async () => {
    const { Client } = loadPeer<{
      Client: new (options: {
        connectionString: string;
      }) => PgClient & { connect(): Promise<void>; end(): Promise<void> };
    }>("pg");
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const options = { table: "wellbegun_load_in_blocks" };
    try {
      await client.query("CREATE EXTENSION IF NOT EXISTS vector");
      await loadsDespiteKill(
        ({ vectors, mode, last }) =>
          writePgvector(client, vectors, { ...options, mode, index: last ? "hnsw" : "none" }),
        (vectors) => verifyPgvector(client, vectors, { ...options, verifyRows: 33 }),
      );
      const { rows } = await client.query(`SELECT obj_description('${options.table}'::regclass) AS comment`);
      expect(JSON.parse(String(rows[0]!.comment))).toMatchObject({ wellbegun: { rows: 33, table: "users" } });
    } finally {
      await client.query(`DROP TABLE IF EXISTS ${options.table}`);
      await client.end();
    }
  });
}
