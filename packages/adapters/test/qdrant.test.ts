import { randomBytes } from "node:crypto";
import { createTable, IdIndex } from "@wellbegun/core";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type QdrantClient, qdrantPointId, verifyQdrant, writeQdrant } from "../src/stores/qdrant.ts";
import { expectFailure } from "./helpers.ts";
import { describeWithPeers, loadPeer } from "./node-peers.ts";
import { startQdrantStandIn } from "./qdrant-stand-in.ts";
import { breakingAfter, fromElsewhere, rowOf, someRows, someVectors } from "./vectors-helpers.ts";

interface RealClient extends QdrantClient {
  getCollections(): Promise<{ readonly collections: readonly { readonly name: string }[] }>;
}
interface Qdrant {
  readonly QdrantClient: new (options: { url: string; apiKey?: string | undefined }) => RealClient;
}

const named = process.env.WELLBEGUN_QDRANT;
const against = named === undefined ? "a stand-in server (WELLBEGUN_QDRANT names a real one)" : named;

describeWithPeers(`Qdrant's client against ${against}`, ["@qdrant/js-client-rest"], () => {
  const { QdrantClient: Client } = loadPeer<Qdrant>("@qdrant/js-client-rest");
  let client: RealClient;
  let stop = async (): Promise<void> => undefined;
  const run = `wellbegun-test-${randomBytes(4).toString("hex")}`;
  let number = 0;
  const newAlias = (): string => `${run}-${number++}`;
  const collections = async (alias: string): Promise<string[]> =>
    (await client.getCollections()).collections
      .map(({ name }) => name)
      .filter((name) => name.startsWith(alias));
  const read = async (alias: string, ids: readonly string[]): Promise<Map<string, number[]>> => {
    const points = await Promise.all(ids.map(qdrantPointId));
    const found = await client.retrieve(alias, { ids: points, with_vector: true, with_payload: true });
    return new Map(
      found.map(({ payload, vector }) => [
        (payload as { id: string }).id,
        (vector as number[]).map(Math.fround),
      ]),
    );
  };
  beforeAll(async () => {
    const server = named === undefined ? await startQdrantStandIn() : { url: named, stop };
    stop = server.stop;
    client = new Client({ url: server.url, apiKey: process.env.WELLBEGUN_QDRANT_KEY });
  });
  afterAll(async () => {
    for (const name of await collections(run)) await client.deleteCollection(name);
    await stop();
  });

  it("takes a Table, and stores its raw IDs", async () => {
    const alias = newAlias();
    const users = createTable(Float32Array.of(1, 2, 3, 4), 2, 2, new IdIndex(["ann", "bob"]));
    await writeQdrant(client, users, { alias });
    const expected = [
      ["ann", [1, 2]],
      ["bob", [3, 4]],
    ];
    expect([...(await read(alias, ["ann", "bob"]))].sort()).toEqual(expected);
    expect(await verifyQdrant(client, users, { alias })).toEqual({ rows: 2, total: 2, verified: 2 });
  });

  it("fills a new collection behind the alias, and every value comes back as it was", async () => {
    const alias = newAlias();
    const ids = ["ann", "o'hara", "7", "007", "ünï, [x]"];
    const vectors = someVectors({ ids });
    const stored = await writeQdrant(client, vectors, { alias, rowsPerBatch: 2 });
    expect(stored).toMatchObject({ rows: 5, total: 5, verified: 5, previous: undefined });
    expect(await collections(alias)).toEqual([stored.collection]);
    const found = await read(alias, ids);
    for (const [row, id] of ids.entries()) expect(found.get(id)).toEqual(rowOf(vectors, row));
    expect(await verifyQdrant(client, vectors, { alias })).toEqual({ rows: 5, total: 5, verified: 5 });
  });

  it("replaces by switching the alias, and deletes the previous collection unless told to keep it", async () => {
    const alias = newAlias();
    const first = await writeQdrant(client, someVectors({ rows: 6 }), { alias });
    const next = someVectors({ rows: 4, columns: 8, seed: 2 });
    const second = await writeQdrant(client, next, { alias, keepPrevious: true });
    expect(second.previous).toBe(first.collection);
    expect((await collections(alias)).sort()).toEqual([first.collection, second.collection].sort());
    const third = await writeQdrant(client, next, { alias });
    expect((await collections(alias)).sort()).toEqual([first.collection, third.collection].sort());
    expect((await client.count(alias, { exact: true })).count).toBe(4);
    expect((await read(alias, ["3"])).get("3")).toEqual(rowOf(next, 3));
  });

  it("adds and overwrites where it upserts, and keeps the other points", async () => {
    const alias = newAlias();
    const first = someVectors({ ids: ["a", "1"], rows: 2 });
    const { collection } = await writeQdrant(client, first, { alias, mode: "upsert" });
    const more = someVectors({ ids: ["1", "c"], rows: 2, seed: 9 });
    const stored = await writeQdrant(client, more, { alias, mode: "upsert" });
    expect(stored).toEqual({ rows: 2, total: 3, verified: 2, collection, previous: undefined });
    const found = await read(alias, ["a", "1", "c"]);
    expect(found.get("a")).toEqual(rowOf(first, 0));
    expect(found.get("1")).toEqual(rowOf(more, 0));
    expect(found.get("c")).toEqual(rowOf(more, 1));
  });

  it("upserts of single rows leave what a write of the whole table leaves", async () => {
    const [at, other] = [newAlias(), newAlias()];
    const ids = ["a", "b", "c", "d"];
    const whole = someVectors({ ids: ["a", "b", "c", "d"], rows: 4, columns: 7 });
    await writeQdrant(client, whole, { alias: at });
    await writeQdrant(client, someRows(whole, 0, 2), { alias: other });
    for (const row of [2, 3]) {
      const stored = await writeQdrant(client, someRows(whole, row, row + 1), {
        alias: other,
        mode: "upsert",
      });
      expect(stored).toMatchObject({ rows: 1, total: row + 1, verified: 1 });
    }
    expect(await read(other, ids)).toEqual(await read(at, ids));
  });

  it("an upsert is refused for rows of another bundle, of no bundle, or of the other kind", async () => {
    const alias = newAlias();
    const users = someVectors({ ids: ["a", "b"], rows: 2 });
    await writeQdrant(client, users, { alias });
    const late = someRows(someVectors({ ids: ["a", "c"], rows: 2, seed: 4 }), 1, 2);
    const otherBundle = fromElsewhere(late, "cd".repeat(32));
    await expectFailure(
      () => writeQdrant(client, otherBundle, { alias, mode: "upsert" }),
      "mismatch",
      "cd".repeat(32),
      "ab".repeat(32),
    );
    const noBundle = fromElsewhere(late, undefined);
    await expectFailure(
      () => writeQdrant(client, noBundle, { alias, mode: "upsert" }),
      "mismatch",
      "without a bundle",
    );
    const items = { ...late, kind: "items" as const };
    await expectFailure(() => writeQdrant(client, items, { alias, mode: "upsert" }), "mismatch");
    expect([...(await read(alias, ["a", "b", "c"])).keys()].sort()).toEqual(["a", "b"]);
  });

  it("removes what a failed replacement wrote, and keeps the alias", async () => {
    const alias = newAlias();
    const next = someVectors({ rows: 6, seed: 3 });
    const failing = () => writeQdrant(client, breakingAfter(next, 4), { alias, rowsPerBatch: 2 });
    await expectFailure(failing, "io", "the disk broke");
    expect(await collections(alias)).toEqual([]);
    const old = someVectors();
    const { collection } = await writeQdrant(client, old, { alias });
    await expectFailure(failing, "io", "the disk broke");
    expect(await collections(alias)).toEqual([collection]);
    await verifyQdrant(client, old, { alias });
  });

  it("does not delete the collection that the alias names, even if the server's answer was lost", async () => {
    const alias = newAlias();
    const old = await writeQdrant(client, someVectors(), { alias });
    const losing: QdrantClient = Object.create(client, {
      updateCollectionAliases: {
        value: async (options: Parameters<QdrantClient["updateCollectionAliases"]>[0]) => {
          await client.updateCollectionAliases(options);
          throw new Error("socket hang up");
        },
      },
    });
    const next = someVectors({ seed: 4 });
    const stored = await writeQdrant(losing, next, { alias });
    expect(stored.previous).toBe(old.collection);
    await verifyQdrant(client, next, { alias });
    const refusing: QdrantClient = Object.create(client, {
      updateCollectionAliases: { value: () => Promise.reject(new Error("forbidden")) },
    });
    await expectFailure(() => writeQdrant(refusing, someVectors({ seed: 5 }), { alias }), "io", "forbidden");
    expect(await collections(alias)).toEqual([stored.collection]);
  });

  it("compares with vectors of length 1 where the distance is cosine", async () => {
    const alias = newAlias();
    const vectors = someVectors({ rows: 20, columns: 16 });
    await writeQdrant(client, vectors, { alias, distance: "cosine" });
    const found = (await read(alias, ["7"])).get("7")!;
    expect(Math.hypot(...found)).toBeCloseTo(1, 6);
    await verifyQdrant(client, vectors, { alias, distance: "cosine" });
    await expectFailure(() => verifyQdrant(client, vectors, { alias }), "mismatch", "Dot", "Cosine");
    const other = someVectors({ rows: 20, columns: 16, seed: 2 });
    await expectFailure(
      () => verifyQdrant(client, other, { alias, distance: "cosine" }),
      "mismatch",
      'ID "0"',
    );
  });

  it("refuses a collection with the alias's name, another width, and values that it could not store", async () => {
    const alias = newAlias();
    await client.createCollection(alias, { vectors: { size: 3, distance: "Dot" } });
    await expectFailure(
      () => writeQdrant(client, someVectors(), { alias }),
      "invalid-option",
      "a collection named",
    );
    const second = newAlias();
    const { collection } = await writeQdrant(client, someVectors(), { alias: second });
    const wider = writeQdrant(client, someVectors({ columns: 4 }), { alias: second, mode: "upsert" });
    await expectFailure(() => wider, "mismatch", "vectors of 4", "3 by Dot");
    const twice = writeQdrant(client, someVectors({ ids: ["a", "b", "a", "d", "e"] }), { alias: second });
    await expectFailure(() => twice, "invalid-data", "rows 0 and 2");
    const bad = someVectors();
    bad.data[5] = Number.NaN;
    await expectFailure(() => writeQdrant(client, bad, { alias: second }), "invalid-data", "row 1, column 2");
    expect(await collections(second)).toEqual([collection]);
  });

  it("states the origin of the rows in the collection's metadata", async () => {
    const alias = newAlias();
    await writeQdrant(client, someVectors({ seed: 999 }), { alias });
    const { config } = await client.getCollection(alias);
    expect((config as { metadata?: unknown }).metadata).toEqual({
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
  });
});

it("The IDs of points are whole numbers as they are, and a distinct UUID of version 5 for every other ID", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 30 }), async (ids) => {
      const points = await Promise.all(ids.map(qdrantPointId));
      expect(new Set(points).size).toBe(ids.length);
      for (const [i, point] of points.entries()) {
        if (typeof point === "number") expect(String(point)).toBe(ids[i]);
        else expect(point).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }
    }),
  );
  expect(await Promise.all(["0", 42, 7n, "9007199254740991"].map(qdrantPointId))).toEqual([
    0,
    42,
    7,
    2 ** 53 - 1,
  ]);
  // By Python's uuid.uuid5 with the same namespace.
  expect(await qdrantPointId("ann")).toBe("cd08427f-669f-547b-872b-42234224551e");
  expect(await qdrantPointId("9007199254740992")).toBe("4c5a6e03-26fb-518b-a5c5-270d5b29f305");
});
