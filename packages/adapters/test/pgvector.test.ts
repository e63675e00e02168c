import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createTable, fit, IdIndex } from "@wellbegun/core";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readColumnDataset } from "../src/node/index.ts";
import { type PgClient, type PgPool, verifyPgvector, writePgvector } from "../src/stores/pgvector.ts";
import { missingOutput, programsIn, programsOf } from "./guides.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithPeers, leaveOut, loadPeer } from "./node-peers.ts";
import { type PostgresServer, startPostgres, whyNoPostgres } from "./postgres.ts";
import { breakingAfter, fromElsewhere, rowOf, someRows, someVectors } from "./vectors-helpers.ts";

interface RealClient extends PgClient {
  connect(): Promise<void>;
  end(): Promise<void>;
}
interface Pg {
  readonly Client: new (options: { connectionString: string }) => RealClient;
  readonly Pool: new (options: {
    connectionString: string;
    max: number;
  }) => PgPool & { end(): Promise<void> };
}

if (whyNoPostgres !== undefined) leaveOut("pgvector", whyNoPostgres);
else describeWithPeers("pgvector on a PostgreSQL server", ["pg"], suite);

function suite(): void {
  const { Client, Pool } = loadPeer<Pg>("pg");
  // A database of its own, since the server may be one that has others.
  const database = `wellbegun_test_${randomBytes(4).toString("hex")}`;
  const folder = temporaryFolder();
  let server: PostgresServer;
  let url: string;
  let client: RealClient;
  let other: RealClient;
  const connect = async (connectionString = url): Promise<RealClient> => {
    const connection = new Client({ connectionString });
    await connection.connect();
    return connection;
  };
  const onServer = async (statement: string): Promise<void> => {
    const connection = await connect(server.url);
    await connection.query(statement);
    await connection.end();
  };
  beforeAll(async () => {
    server = await startPostgres();
    await onServer(`CREATE DATABASE ${database}`);
    const address = new URL(server.url);
    address.pathname = database;
    url = address.href;
    [client, other] = [await connect(), await connect()];
  });
  afterAll(async () => {
    await client?.end();
    await other?.end();
    if (url !== undefined) await onServer(`DROP DATABASE ${database}`);
    await server?.stop();
  });

  const newTable = (): string => `Users "of" ${randomBytes(4).toString("hex")}`;
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const read = async (table: string, by: PgClient = client): Promise<Map<string, number[]>> => {
    const { rows } = await by.query(`SELECT id, embedding::float4[] AS vector FROM ${quoted(table)}`);
    return new Map(rows.map(({ id, vector }) => [String(id), (vector as number[]).map(Math.fround)]));
  };

  it("names the missing extension", async () => {
    await client.query("DROP EXTENSION IF EXISTS vector");
    const failing = writePgvector(client, someVectors(), { table: newTable() });
    await expectFailure(() => failing, "unavailable", "extension vector", "CREATE EXTENSION vector");
    await client.query("CREATE EXTENSION vector");
  });

  it("takes a Table, and stores its raw IDs", async () => {
    const table = newTable();
    const users = createTable(Float32Array.of(1, 2, 3, 4), 2, 2, new IdIndex(["ann", "bob"]));
    await writePgvector(client, users, { table });
    const expected = [
      ["ann", [1, 2]],
      ["bob", [3, 4]],
    ];
    expect([...(await read(table))].sort()).toEqual(expected);
    expect(await verifyPgvector(client, users, { table })).toEqual({ rows: 2, total: 2, verified: 2 });
  });

  it("makes the table, and every value comes back as it was", async () => {
    const table = newTable();
    const ids = ["ann", "o'hara", 'q"uote\\', "{}", "ünï, [x]"];
    const vectors = someVectors({ ids });
    const stored = await writePgvector(client, vectors, { table, rowsPerBatch: 2 });
    expect(stored).toEqual({ rows: 5, total: 5, verified: 5, changed: 5, deleted: 0 });
    const found = await read(table, other);
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    for (const [row, id] of ids.entries()) expect(found.get(id)).toEqual(rowOf(vectors, row));
  });

  it("keeps any finite float32", async () => {
    const table = newTable();
    const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(float32, { minLength: 1, maxLength: 20 }), async (values) => {
        const rows = values.length;
        const data = Float32Array.from(values);
        const vectors = { kind: "items" as const, rows, columns: 1, blocks: () => [data] };
        await writePgvector(client, vectors, { table });
        const found = await read(table, other);
        // PostgreSQL's zero has a sign, ours may: equal all the same.
        for (const [row, value] of values.entries()) {
          expect(found.get(String(row))![0]! - Math.fround(value)).toBe(0);
        }
        expect(found.size).toBe(rows);
      }),
      { numRuns: 25 },
    );
  });

  it("replaces rows that differ, deletes rows that are gone, and keeps columns, grants and views of the table", async () => {
    const table = newTable();
    await writePgvector(client, someVectors({ ids: ["a", "b", "c"], rows: 3 }), { table });
    await client.query(`ALTER TABLE ${quoted(table)} ADD COLUMN name text DEFAULT 'unnamed'`);
    await client.query(`UPDATE ${quoted(table)} SET name = 'Bea' WHERE id = 'b'`);
    await client.query(`CREATE VIEW ${quoted(`${table} view`)} AS SELECT id FROM ${quoted(table)}`);
    const next = someVectors({ ids: ["b", "c", "d"], rows: 3, seed: 2 });
    const mixed = { ...next, data: Float32Array.of(...rowOf(someVectors(), 1), ...next.data.subarray(3)) };
    // b keeps its values, so its row is not touched.
    const stored = await writePgvector(client, { ...mixed, blocks: () => [mixed.data] }, { table });
    expect(stored).toEqual({ rows: 3, total: 3, verified: 3, changed: 2, deleted: 1 });
    const names = await other.query(`SELECT id, name FROM ${quoted(table)} ORDER BY id`);
    expect(names.rows).toEqual([
      { id: "b", name: "Bea" },
      { id: "c", name: "unnamed" },
      { id: "d", name: "unnamed" },
    ]);
    const view = await other.query(`SELECT count(*) AS n FROM ${quoted(`${table} view`)}`);
    expect(view.rows[0]!.n).toBe("3");
  });

  it("adds and overwrites where it upserts, and keeps the other rows", async () => {
    const table = newTable();
    const first = someVectors({ ids: ["a", "b"], rows: 2 });
    await writePgvector(client, first, { table });
    const more = someVectors({ ids: ["b", "c"], rows: 2, seed: 9 });
    const stored = await writePgvector(client, more, { table, mode: "upsert" });
    expect(stored).toEqual({ rows: 2, total: 3, verified: 2, changed: 2, deleted: 0 });
    const found = await read(table);
    expect(found.get("a")).toEqual(rowOf(first, 0));
    expect(found.get("b")).toEqual(rowOf(more, 0));
    expect(found.get("c")).toEqual(rowOf(more, 1));
  });

  it("upserts of single rows leave what a write of the whole table leaves", async () => {
    const [at, other] = [newTable(), newTable()];
    const whole = someVectors({ ids: ["a", "b", "c", "d"], rows: 4, columns: 7 });
    await writePgvector(client, whole, { table: at });
    await writePgvector(client, someRows(whole, 0, 2), { table: other });
    for (const row of [2, 3]) {
      const stored = await writePgvector(client, someRows(whole, row, row + 1), {
        table: other,
        mode: "upsert",
      });
      expect(stored).toMatchObject({ rows: 1, total: row + 1, verified: 1 });
    }
    expect(await read(other)).toEqual(await read(at));
  });

  it("an upsert is refused for rows of another bundle, of no bundle, or of the other kind", async () => {
    const table = newTable();
    const users = someVectors({ ids: ["a", "b"], rows: 2 });
    await writePgvector(client, users, { table });
    const late = someRows(someVectors({ ids: ["a", "c"], rows: 2, seed: 4 }), 1, 2);
    const otherBundle = fromElsewhere(late, "cd".repeat(32));
    await expectFailure(
      () => writePgvector(client, otherBundle, { table, mode: "upsert" }),
      "mismatch",
      "cd".repeat(32),
      "ab".repeat(32),
    );
    const noBundle = fromElsewhere(late, undefined);
    await expectFailure(
      () => writePgvector(client, noBundle, { table, mode: "upsert" }),
      "mismatch",
      "without a bundle",
    );
    const items = { ...late, kind: "items" as const };
    await expectFailure(() => writePgvector(client, items, { table, mode: "upsert" }), "mismatch");
    expect([...(await read(table)).keys()].sort()).toEqual(["a", "b"]);
  });

  it("shows readers the old rows until it is done, and keeps them after a failure", async () => {
    const table = newTable();
    const old = someVectors({ rows: 4 });
    await writePgvector(client, old, { table });
    const next = someVectors({ rows: 6, seed: 3 });
    const seen: number[] = [];
    const watched = {
      ...next,
      async *blocks(rowsPerBlock: number) {
        for (const block of next.blocks(rowsPerBlock) as Iterable<Float32Array>) {
          seen.push((await read(table, other)).size);
          yield block;
        }
      },
    };
    await expectFailure(
      () => writePgvector(client, breakingAfter(next, 4), { table, rowsPerBatch: 2 }),
      "io",
      "the disk broke",
    );
    expect(await read(table)).toEqual(await read(table, other));
    expect((await read(table, other)).get("0")).toEqual(rowOf(old, 0));
    await writePgvector(client, watched, { table, rowsPerBatch: 2 });
    expect(seen).toEqual([4, 4, 4]);
    expect((await read(table, other)).get("5")).toEqual(rowOf(next, 5));
  });

  it("leaves no table behind when the connection is cut in the middle", async () => {
    const table = newTable();
    const doomed = await connect();
    // Its own error event is expected too.
    (doomed as RealClient & { on(event: string, listener: () => void): void }).on("error", () => undefined);
    const { rows } = await doomed.query("SELECT pg_backend_pid() AS pid");
    const vectors = someVectors({ rows: 4 });
    const cut = {
      ...vectors,
      async *blocks(rowsPerBlock: number) {
        for (const block of vectors.blocks(rowsPerBlock) as Iterable<Float32Array>) {
          yield block;
          await other.query("SELECT pg_terminate_backend($1)", [rows[0]!.pid]);
        }
      },
    };
    await expectFailure(() => writePgvector(doomed, cut, { table, rowsPerBatch: 2 }), "io");
    const there = await other.query("SELECT to_regclass($1) AS found", [quoted(table)]);
    expect(there.rows[0]!.found).toBeNull();
  });

  it("takes a connection of a pool and gives it back", async () => {
    const pool = new Pool({ connectionString: url, max: 1 });
    try {
      const table = newTable();
      // With one connection a second write could not begin if the first had kept it.
      await writePgvector(pool, someVectors(), { table });
      await expectFailure(() => writePgvector(pool, someVectors({ columns: 4 }), { table }), "mismatch");
      expect(await verifyPgvector(pool, someVectors(), { table })).toEqual({
        rows: 5,
        total: 5,
        verified: 5,
      });
    } finally {
      await pool.end();
    }
  });

  it("refuses a table of another width and one of other columns", async () => {
    const table = newTable();
    await writePgvector(client, someVectors(), { table });
    const wider = someVectors({ columns: 4 });
    await expectFailure(() => writePgvector(client, wider, { table }), "mismatch", "vector(4)", "vector(3)");
    const options = { table, idColumn: "user" };
    await expectFailure(() => writePgvector(client, someVectors(), options), "mismatch", '"user"');
    expect((await read(table)).size).toBe(5);
  });

  it("stores whole numbers as numbers, also in a table that existed before", async () => {
    const table = newTable();
    const ids = [7, "8", 9n];
    const vectors = someVectors({ rows: 3, ids });
    await writePgvector(client, vectors, { table, idType: "bigint" });
    await writePgvector(client, someVectors({ rows: 3, ids, seed: 4 }), { table });
    const { rows } = await client.query(`SELECT max(id) - min(id) AS span FROM ${quoted(table)}`);
    expect(rows[0]!.span).toBe("2");
    const words = someVectors({ rows: 3, ids: ["a", "b", "c"] });
    await expectFailure(() => writePgvector(client, words, { table }), "io", "bigint");
  });

  it("finds the nearest by the index of the distance", async () => {
    const table = newTable();
    const vectors = someVectors({ rows: 300, columns: 4, kind: "items" });
    await writePgvector(client, vectors, { table, index: "hnsw", distance: "cosine" });
    await writePgvector(client, vectors, { table, index: "hnsw", distance: "cosine" });
    const made = await client.query(
      "SELECT indexdef FROM pg_indexes WHERE tablename = $1 AND indexdef LIKE '%hnsw%'",
      [table],
    );
    expect(
      made.rows.map(({ indexdef }) => /USING hnsw \(embedding (\w+)\)/.exec(String(indexdef))?.[1]),
    ).toEqual(["vector_cosine_ops"]);
    const query = `[${rowOf(vectors, 42).join(",")}]`;
    const near = await client.query(`SELECT id FROM ${quoted(table)} ORDER BY embedding <=> $1 LIMIT 1`, [
      query,
    ]);
    expect(near.rows[0]!.id).toBe("42");
  });

  it("states the origin of the rows in the table's comment, and keeps a comment of another author", async () => {
    const table = newTable();
    const comment = async (): Promise<unknown> =>
      (await client.query("SELECT obj_description(to_regclass($1), 'pg_class') AS text", [quoted(table)]))
        .rows[0]!.text;
    await writePgvector(client, someVectors({ seed: 999 }), { table });
    expect(JSON.parse(String(await comment()))).toEqual({
      wellbegun: {
        kind: "users",
        rows: 5,
        columns: 3,
        distance: "dot",
        table: "users",
        bundle: "ab".repeat(32),
        seed: 999,
      },
    });
    await client.query(`COMMENT ON TABLE ${quoted(table)} IS 'ask Bea'`);
    await writePgvector(client, someVectors(), { table });
    expect(await comment()).toBe("ask Bea");
  });

  it("refuses values that it could not store before it sends anything", async () => {
    const table = newTable();
    const twice = someVectors({ ids: ["a", "b", "7", 7, "c"] });
    await expectFailure(
      () => writePgvector(client, twice, { table }),
      "invalid-data",
      '"7" twice',
      "rows 2 and 3",
    );
    const empty = someVectors({ rows: 0 });
    await expectFailure(() => writePgvector(client, empty, { table }), "invalid-option", "at least one row");
    const bad = someVectors();
    bad.data[4] = Number.NaN;
    await expectFailure(
      () => writePgvector(client, bad, { table }),
      "invalid-data",
      "NaN",
      "row 1, column 1",
    );
    const there = await client.query("SELECT to_regclass($1) AS found", [quoted(table)]);
    expect(there.rows[0]!.found).toBeNull();
  });

  it("recognizes a table that has changed since", async () => {
    const table = newTable();
    const vectors = someVectors();
    await writePgvector(client, vectors, { table });
    await client.query(`UPDATE ${quoted(table)} SET embedding = '[1,2,3]' WHERE id = '3'`);
    await expectFailure(() => verifyPgvector(client, vectors, { table }), "mismatch", 'ID "3", column 0');
    await client.query(`DELETE FROM ${quoted(table)} WHERE id = '3'`);
    await expectFailure(() => verifyPgvector(client, vectors, { table }), "mismatch", "5 rows", "4");
  });

  it("runs the guide's programs", async () => {
    const programs = programsOf("vector-stores").filter(({ code }) => code.includes('adapters/pgvector"'));
    expect(programs).toHaveLength(2);
    for (const { code } of programs) {
      expect(await missingOutput(folder, code, ["pg"], { DATABASE_URL: url })).toBeUndefined();
    }
  });

  it("holds the vectors of a folder of Parquet files after the tutorial's program", async () => {
    const program = programsIn("docs/tutorials/pgvector-service.md").find(({ code }) =>
      code.includes('adapters/pgvector"'),
    )!;
    expect(await missingOutput(folder, program.code, ["pg"], { DATABASE_URL: url })).toBeUndefined();
    const template = join(folder, "template");
    const dataset = await readColumnDataset({
      interactions: join(template, "log", "*.parquet"),
      userColumn: "user",
      itemColumn: "item",
      features: { image: { path: join(template, "items.parquet"), column: "image" } },
    });
    const model = await fit(dataset);
    for (const side of ["users", "items"] as const) {
      const stored = await read(`${side}_vectors`);
      expect([...stored.keys()].sort()).toEqual([...model[side].ids!.ids].sort());
      for (const [id, vector] of stored) expect(vector).toEqual([...model[side].row(id)]);
    }
  });
}
