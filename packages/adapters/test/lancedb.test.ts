import { join } from "node:path";
import { createTable, IdIndex } from "@wellbegun/core";
import { expect, it } from "vitest";
import {
  type LanceConnection,
  type LanceQuery,
  type LanceTable,
  type MakeArrowTable,
  verifyLancedb,
  writeLancedb,
} from "../src/stores/lancedb.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithPeers, loadPeer } from "./node-peers.ts";
import { breakingAfter, fromElsewhere, rowOf, someRows, someVectors } from "./vectors-helpers.ts";

interface Row {
  readonly id: string;
  readonly vector: Iterable<number>;
  readonly _distance: number;
}
interface RealTable extends Omit<LanceTable, "query" | "schema"> {
  query(): { toArray(): Promise<Row[]> } & LanceQuery;
  schema(): Promise<{ readonly metadata: ReadonlyMap<string, string> }> & ReturnType<LanceTable["schema"]>;
  update(change: { where: string; values: Record<string, unknown> }): Promise<unknown>;
  delete(where: string): Promise<unknown>;
  vectorSearch(vector: Float32Array): {
    distanceType(type: "dot"): { limit(rows: number): { toArray(): Promise<Row[]> } };
  };
}
interface RealConnection extends Omit<LanceConnection, "openTable"> {
  openTable(name: string): Promise<RealTable>;
}
interface Lancedb {
  connect(path: string): Promise<RealConnection>;
  readonly makeArrowTable: MakeArrowTable;
}

describeWithPeers("LanceDB, embedded", ["@lancedb/lancedb"], () => {
  const { connect: open, makeArrowTable } = loadPeer<Lancedb>("@lancedb/lancedb");
  const folder = temporaryFolder();
  let number = 0;
  const connect = (): Promise<RealConnection> => open(join(folder, `db-${number++}`));
  const read = async (connection: RealConnection, table = "users"): Promise<Map<string, number[]>> => {
    const rows = await (await connection.openTable(table)).query().toArray();
    return new Map(rows.map(({ id, vector }) => [id, Array.from(vector)]));
  };

  it("takes a Table, and stores its raw IDs", async () => {
    const connection = await connect();
    const users = createTable(Float32Array.of(1, 2, 3, 4), 2, 2, new IdIndex(["ann", "bob"]));
    await writeLancedb(connection, users, { table: "users", makeArrowTable });
    const expected = [
      ["ann", [1, 2]],
      ["bob", [3, 4]],
    ];
    expect([...(await read(connection))].sort()).toEqual(expected);
  });

  it("makes the table in one version, and every value comes back as it was", async () => {
    const connection = await connect();
    const ids = ["ann", "o'hara", 'q"uote\\', "ünï, [x]", "' OR 1 = 1 --"];
    const vectors = someVectors({ ids });
    const stored = await writeLancedb(connection, vectors, { table: "users", makeArrowTable });
    expect(stored).toEqual({ rows: 5, total: 5, verified: 5, version: 1 });
    const found = await read(connection);
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    for (const [row, id] of ids.entries()) expect(found.get(id)).toEqual(rowOf(vectors, row));
    expect(await verifyLancedb(connection, vectors, { table: "users" })).toEqual({
      rows: 5,
      total: 5,
      verified: 5,
    });
  });

  it("replaces rows, width and origin in one version, and keeps the previous version readable", async () => {
    const connection = await connect();
    const old = someVectors({ rows: 7, seed: 1 });
    await writeLancedb(connection, old, { table: "users", makeArrowTable });
    const next = someVectors({ rows: 4, columns: 6, seed: 2 });
    expect(await writeLancedb(connection, next, { table: "users", makeArrowTable })).toMatchObject({
      total: 4,
      version: 2,
    });
    const found = await read(connection);
    expect([...found.keys()].sort()).toEqual(["0", "1", "2", "3"]);
    expect(found.get("3")).toEqual(rowOf(next, 3));
    const table = await connection.openTable("users");
    const { metadata } = await table.schema();
    expect(JSON.parse(metadata.get("wellbegun")!)).toEqual({
      kind: "users",
      rows: 4,
      columns: 6,
      distance: "dot",
      table: "users",
      bundle: "ab".repeat(32),
      seed: 2,
    });
    await table.checkout(1);
    expect(await table.countRows()).toBe(7);
  });

  it("adds and overwrites where it upserts, and keeps the other rows", async () => {
    const connection = await connect();
    const first = someVectors({ ids: ["a", "b"], rows: 2 });
    await writeLancedb(connection, first, { table: "users", makeArrowTable, mode: "upsert" });
    const more = someVectors({ ids: ["b", "c", "d"], rows: 3, seed: 9 });
    const stored = await writeLancedb(connection, more, {
      table: "users",
      makeArrowTable,
      mode: "upsert",
      rowsPerBatch: 2,
    });
    expect(stored).toMatchObject({ rows: 3, total: 4, verified: 3 });
    const found = await read(connection);
    expect(found.get("a")).toEqual(rowOf(first, 0));
    expect(found.get("b")).toEqual(rowOf(more, 0));
    expect(found.get("d")).toEqual(rowOf(more, 2));
  });

  it("upserts of single rows leave what a write of the whole table leaves", async () => {
    const connection = await connect();
    const options = { makeArrowTable, mode: "upsert" } as const;
    const whole = someVectors({ ids: ["a", "b", "c", "d"], rows: 4, columns: 7 });
    await writeLancedb(connection, whole, { table: "at", makeArrowTable });
    await writeLancedb(connection, someRows(whole, 0, 2), { table: "other", makeArrowTable });
    for (const row of [2, 3]) {
      const stored = await writeLancedb(connection, someRows(whole, row, row + 1), {
        ...options,
        table: "other",
      });
      expect(stored).toMatchObject({ rows: 1, total: row + 1, verified: 1 });
    }
    expect(await read(connection, "other")).toEqual(await read(connection, "at"));
  });

  it("an upsert is refused for rows of another bundle, of no bundle, or of the other kind", async () => {
    const connection = await connect();
    const options = { table: "users", makeArrowTable, mode: "upsert" } as const;
    const users = someVectors({ ids: ["a", "b"], rows: 2 });
    await writeLancedb(connection, users, { table: "users", makeArrowTable });
    const late = someRows(someVectors({ ids: ["a", "c"], rows: 2, seed: 4 }), 1, 2);
    const otherBundle = fromElsewhere(late, "cd".repeat(32));
    await expectFailure(
      () => writeLancedb(connection, otherBundle, options),
      "mismatch",
      "cd".repeat(32),
      "ab".repeat(32),
    );
    const noBundle = fromElsewhere(late, undefined);
    await expectFailure(() => writeLancedb(connection, noBundle, options), "mismatch", "without a bundle");
    const items = { ...late, kind: "items" as const };
    await expectFailure(() => writeLancedb(connection, items, options), "mismatch");
    expect([...(await read(connection)).keys()].sort()).toEqual(["a", "b"]);
  });

  it("writes in parts of bounded size if told to", async () => {
    const connection = await connect();
    const vectors = someVectors({ rows: 11 });
    const parts: number[] = [];
    const watched = {
      ...vectors,
      *blocks(rowsPerBlock: number) {
        for (const block of vectors.blocks(rowsPerBlock) as Iterable<Float32Array>) {
          parts.push(block.length / 3);
          yield block;
        }
      },
    };
    await writeLancedb(connection, watched, { table: "users", makeArrowTable, rowsPerBatch: 4 });
    expect(parts).toEqual([4, 4, 3]);
    const found = await read(connection);
    expect(found.size).toBe(11);
    for (let row = 0; row < 11; row++) expect(found.get(String(row))).toEqual(rowOf(vectors, row));
  });

  it("makes one version from vectors that it reads in several parts", async () => {
    const connection = await connect();
    // Wide enough that three rows are a part.
    const vectors = someVectors({ rows: 4, columns: 70_000 });
    const stored = await writeLancedb(connection, vectors, { table: "users", makeArrowTable });
    expect(stored).toMatchObject({ total: 4, verified: 4, version: 1 });
    const found = await read(connection);
    for (let row = 0; row < 4; row++) expect(found.get(String(row))).toEqual(rowOf(vectors, row));
  });

  it("restores the previous rows after a failure in the middle, or leaves no table", async () => {
    const connection = await connect();
    const options = { table: "users", makeArrowTable, rowsPerBatch: 2 };
    const next = someVectors({ rows: 6, seed: 3 });
    await expectFailure(
      () => writeLancedb(connection, breakingAfter(next, 4), options),
      "io",
      "the disk broke",
    );
    expect(await connection.tableNames()).toEqual([]);
    const old = someVectors({ rows: 3 });
    await writeLancedb(connection, old, options);
    for (const mode of ["replace", "upsert"] as const) {
      const failing = writeLancedb(connection, breakingAfter(next, 4), { ...options, mode });
      await expectFailure(() => failing, "io", "the disk broke");
      const found = await read(connection);
      expect(found.size).toBe(3);
      expect(found.get("0")).toEqual(rowOf(old, 0));
    }
  });

  it("refuses values that it could not store, and an upsert into other columns", async () => {
    const connection = await connect();
    const options = { table: "users", makeArrowTable } as const;
    const twice = someVectors({ ids: ["a", "b", "a", "d", "e"] });
    await expectFailure(() => writeLancedb(connection, twice, options), "invalid-data", "rows 0 and 2");
    const bad = someVectors();
    bad.data[14] = Number.POSITIVE_INFINITY;
    await expectFailure(() => writeLancedb(connection, bad, options), "invalid-data", "row 4, column 2");
    await expectFailure(
      () => writeLancedb(connection, someVectors({ rows: 0 }), options),
      "invalid-option",
      "at least one row",
    );
    expect(await connection.tableNames()).toEqual([]);
    await writeLancedb(connection, someVectors(), options);
    const wider = someVectors({ columns: 4 });
    const failing = writeLancedb(connection, wider, { ...options, mode: "upsert" });
    await expectFailure(() => failing, "mismatch", "FixedSizeList[4]", "FixedSizeList[3]");
    expect((await read(connection)).size).toBe(5);
  });

  it("recognizes a table that has changed since", async () => {
    const connection = await connect();
    const vectors = someVectors();
    await writeLancedb(connection, vectors, { table: "users", makeArrowTable });
    const table = await connection.openTable("users");
    await table.update({ where: "id = '3'", values: { vector: [1, 2, 3] } });
    await expectFailure(
      () => verifyLancedb(connection, vectors, { table: "users" }),
      "mismatch",
      'ID "3", column 0',
    );
    await table.delete("id = '3'");
    await expectFailure(
      () => verifyLancedb(connection, vectors, { table: "users" }),
      "mismatch",
      "5 rows",
      "4",
    );
    await expectFailure(() => verifyLancedb(connection, vectors, { table: "none" }), "io", "none");
  });

  it("ranks by the inner product as a plain loop does", async () => {
    const connection = await connect();
    const items = someVectors({ rows: 200, columns: 8, kind: "items" });
    await writeLancedb(connection, items, { table: "items", makeArrowTable });
    const user = Float32Array.from(rowOf(someVectors({ rows: 1, columns: 8, seed: 5 }), 0));
    const score = (row: number): number =>
      rowOf(items, row).reduce((sum, value, i) => sum + value * user[i]!, 0);
    const expected = Array.from({ length: 200 }, (_, row) => row).sort((a, b) => score(b) - score(a));
    const table = await connection.openTable("items");
    const near = await table.vectorSearch(user).distanceType("dot").limit(5).toArray();
    expect(near.map(({ id }) => Number(id))).toEqual(expected.slice(0, 5));
  });
});
