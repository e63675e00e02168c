/**
 * Newcomers of one joined model, served by three searches: the built-in `recommend`, LanceDB, and PostgreSQL with pgvector.
 */
import { join } from "node:path";
import {
  createTable,
  denseFeatures,
  type FoldingModel,
  fit,
  IdIndex,
  type Interactions,
  interactionsFromArrays,
  joinModels,
  recommend,
  spectral,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleVectors, rowVectors } from "../src/bundle/index.ts";
import { type Bundle, readBundle, writeTables } from "../src/node/index.ts";
import {
  type LanceConnection,
  type LanceTable,
  type MakeArrowTable,
  writeLancedb,
} from "../src/stores/lancedb.ts";
import { type PgClient, writePgvector } from "../src/stores/pgvector.ts";
import { expectFailure, temporaryFolder } from "./helpers.ts";
import { describeWithPeers, leaveOut, loadPeer } from "./node-peers.ts";
import { type PostgresServer, startPostgres, whyNoPostgres } from "./postgres.ts";

interface Lancedb {
  connect(
    path: string,
  ): Promise<Omit<LanceConnection, "openTable"> & { openTable(name: string): Promise<SearchTable> }>;
  readonly makeArrowTable: MakeArrowTable;
}
interface SearchTable extends LanceTable {
  vectorSearch(vector: Float32Array): Search;
}
interface Search {
  distanceType(type: "dot"): Search;
  where(condition: string): Search;
  limit(rows: number): Search;
  toArray(): Promise<{ readonly id: string }[]>;
}
interface Pg {
  readonly Client: new (options: {
    connectionString: string;
  }) => PgClient & { connect(): Promise<void>; end(): Promise<void> };
}

/** Raw IDs of the items that each newcomer has touched. */
const histories: Readonly<Record<string, readonly string[]>> = {
  "new 'ann'": ["item 3", "item 14", "item 15"],
  "new bob": ["item 92"],
  "new cleo": ["item 6", "item 53", "item 58", "item 97", "item 93"],
};
const k = 20;
const itemCount = 120;

async function joinedModel(): Promise<FoldingModel> {
  const random = createRandom(7, "test/newcomers");
  const userCount = 90;
  const pairs = Array.from({ length: 1400 }, () => [random.integer(userCount), random.integer(itemCount)]);
  const train = interactionsFromArrays({
    users: pairs.map(([user]) => user!),
    items: pairs.map(([, item]) => item!),
    userCount,
    itemCount,
    userIds: new IdIndex(Array.from({ length: userCount }, (_, u) => `user ${u}`)),
    itemIds: new IdIndex(Array.from({ length: itemCount }, (_, i) => `item ${i}`)),
  });
  const values = Float32Array.from({ length: itemCount * 9 }, () => random.uniform() - 0.5);
  const text = denseFeatures(values, itemCount, 9);
  const content = await fit(
    { train, features: { text } },
    { lambda: 1, clusters: 1, maxIterations: 0, scale: "none", dim: 8 },
  );
  return joinModels(await spectral(train, { k: 16 }), content, { weight: 0.7 });
}

const peers = ["pg", "@lancedb/lancedb"];
if (whyNoPostgres !== undefined) leaveOut("newcomers in vector stores", whyNoPostgres);
else describeWithPeers("newcomers in vector stores", peers, suite);

function suite(): void {
  const { Client } = loadPeer<Pg>("pg");
  const { connect, makeArrowTable } = loadPeer<Lancedb>("@lancedb/lancedb");
  const folder = temporaryFolder();
  let server: PostgresServer;
  let client: InstanceType<Pg["Client"]>;
  let bundle: Bundle;
  let model: FoldingModel;
  beforeAll(async () => {
    model = await joinedModel();
    await writeTables(join(folder, "bundle"), {
      tables: [
        { name: "users", ...model.users },
        { name: "items", ...model.items },
      ],
      userIds: model.users.ids!.ids,
      itemIds: model.items.ids!.ids,
    });
    bundle = await readBundle(join(folder, "bundle"));
    server = await startPostgres();
    client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("CREATE EXTENSION IF NOT EXISTS vector");
  });
  afterAll(async () => {
    await client?.query("DROP TABLE IF EXISTS newcomers_users, newcomers_items");
    await client?.end();
    await server?.stop();
  });

  it("newcomers get the same lists from pgvector, from LanceDB and from the built-in search", async () => {
    const newcomers = Object.entries(histories).map(([id, items]) => ({
      id,
      vector: model.foldIn(items).vector,
    }));
    const [users, items, late] = [
      bundleVectors(bundle, "users"),
      bundleVectors(bundle, "items"),
      rowVectors(bundle, newcomers, "users"),
    ];
    await writePgvector(client, users, { table: "newcomers_users" });
    await writePgvector(client, items, { table: "newcomers_items" });
    await writePgvector(client, late, { table: "newcomers_users", mode: "upsert" });
    const lance = await connect(join(folder, "lance"));
    await writeLancedb(lance, users, { table: "users", makeArrowTable });
    await writeLancedb(lance, items, { table: "items", makeArrowTable });
    await writeLancedb(lance, late, { table: "users", makeArrowTable, mode: "upsert" });

    const builtIn = await recommend(
      { users: newcomerTable(newcomers), items: model.items },
      { k, seen: seenByNewcomers(model) },
    );
    for (const [user, history] of Object.entries(histories)) {
      const expected = builtIn.of(user).map(({ item }) => item);
      expect(expected).toHaveLength(k);
      const { rows } = await client.query(
        `SELECT items.id FROM newcomers_items AS items, newcomers_users AS users
        WHERE users.id = $1 AND NOT items.id = ANY ($2) ORDER BY items.embedding <#> users.embedding LIMIT ${k}`,
        [user, history],
      );
      expect(rows.map(({ id }) => id)).toEqual(expected);
      const [stored] = await (await lance.openTable("users"))
        .query()
        .where(`id = '${user.replaceAll("'", "''")}'`)
        .toArray();
      const near = await (await lance.openTable("items"))
        .vectorSearch(Float32Array.from(stored!.vector as Iterable<number>))
        .distanceType("dot")
        .where(`id NOT IN ('${history.join("', '")}')`)
        .limit(k)
        .toArray();
      expect(near.map(({ id }) => id)).toEqual(expected);
    }
  });

  it("a new item joins the rows of the bundle, and is found where its score places it", async () => {
    const text = Float32Array.from({ length: 9 }, (_, c) => Math.sin(c + 1));
    const { vector } = model.foldInItem!({ text });
    const lance = await connect(join(folder, "lance-items"));
    await writeLancedb(lance, bundleVectors(bundle, "items"), { table: "items", makeArrowTable });
    const late = rowVectors(bundle, [{ id: "late", vector }], "items");
    await writeLancedb(lance, late, { table: "items", makeArrowTable, mode: "upsert" });
    const user = model.foldIn(["item 3", "item 14"]).vector;
    const near = await (await lance.openTable("items"))
      .vectorSearch(user)
      .distanceType("dot")
      .limit(itemCount + 1)
      .toArray();
    const score = (row: Float32Array): number => row.reduce((sum, value, c) => sum + value * user[c]!, 0);
    const own = score(vector);
    const above = Array.from({ length: itemCount }, (_, i) => score(model.items.row(`item ${i}`))).filter(
      (one) => one > own,
    );
    expect(near.findIndex(({ id }) => id === "late")).toBe(above.length);
  });

  it("rowVectors refuses vectors of another width, or for a table that the bundle does not have", async () => {
    const narrow = [{ id: "ann", vector: new Float32Array(3) }];
    await expectFailure(async () => rowVectors(bundle, narrow), "mismatch", "24 values", 'ID "ann"');
    await expectFailure(async () => rowVectors(bundle, [], "labels.text"), "invalid-option", "labels.text");
    const twice = ["ann", "ann"].map((id) => ({ id, vector: new Float32Array(24) }));
    await expectFailure(async () => rowVectors(bundle, twice), "invalid-data", "ann");
  });
}

function newcomerTable(newcomers: readonly { readonly id: string; readonly vector: Float32Array }[]) {
  const { length: columns } = newcomers[0]!.vector;
  const data = new Float32Array(newcomers.length * columns);
  for (const [row, { vector }] of newcomers.entries()) data.set(vector, row * columns);
  return createTable(data, newcomers.length, columns, new IdIndex(newcomers.map(({ id }) => id)));
}

function seenByNewcomers({ items: { ids } }: FoldingModel): Interactions {
  const pairs = Object.values(histories).flatMap((items, row) =>
    items.map((item) => [row, ids!.rowOf(item)!] as const),
  );
  return interactionsFromArrays({
    users: pairs.map(([user]) => user),
    items: pairs.map(([, item]) => item),
    userCount: Object.keys(histories).length,
    itemCount,
    userIds: new IdIndex(Object.keys(histories)),
    itemIds: ids,
  });
}
