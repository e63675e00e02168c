/** The programs of examples/ that need more than the repository: a service on PostgreSQL, an edge function, a notebook. */
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  createTable,
  denseFeatures,
  fit,
  type Id,
  IdIndex,
  interactionsFromArrays,
  type Model,
  recommend,
} from "@wellbegun/core";
import { rolldown } from "rolldown";
import { beforeAll, expect, it } from "vitest";
import { bundleVectors } from "../src/bundle/index.ts";
import { readBundle, writeBundle } from "../src/node/index.ts";
import { type PgPool, writePgvector } from "../src/stores/pgvector.ts";
import { temporaryFolder } from "./helpers.ts";
import { describeWithPeers, leaveOut, linkPeers, loadPeer } from "./node-peers.ts";
import { describeWithNumpy, python } from "./peers.ts";
import { type PostgresServer, startPostgres, whyNoPostgres } from "./postgres.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = temporaryFolder();
const clicks = [3, 14, 59];
let model: Model;

beforeAll(async () => {
  const [userCount, itemCount] = [150, 80];
  const users = Uint32Array.from({ length: 900 }, (_, e) => e % userCount);
  const items = Uint32Array.from(
    { length: 900 },
    (_, e) => (e * 7 + Math.floor(e / userCount) * 11) % itemCount,
  );
  const image = denseFeatures(
    Float32Array.from({ length: itemCount * 20 }, (_, i) => Math.sin(i * 12.9898)),
    itemCount,
    20,
  );
  const train = interactionsFromArrays({ users, items, userCount, itemCount });
  model = await fit({ train, features: { image } }, { dim: 16 });
  await writeBundle(join(folder, "vectors"), model);
});

/** The best items for the clicks, by core itself. */
async function expectedItems(k: number): Promise<number[]> {
  const { vector } = model.foldIn(clicks);
  const seen = interactionsFromArrays({
    users: clicks.map(() => 0),
    items: clicks,
    userCount: 1,
    itemCount: model.items.rows,
  });
  const tables = { users: createTable(vector, 1, vector.length), items: model.items };
  return (await recommend(tables, { k, seen })).of(0).map(({ item }) => Number(item));
}

/** A folder with an example and the packages that it imports. */
function installed(example: string, peers: readonly string[]): string {
  const place = join(folder, example);
  mkdirSync(join(place, "node_modules/@wellbegun"), { recursive: true });
  linkPeers(join(place, "node_modules"), peers);
  for (const name of ["core", "adapters"]) {
    symlinkSync(join(root, "packages", name), join(place, "node_modules/@wellbegun", name), "junction");
  }
  return place;
}

interface Service {
  request(path: string, init: RequestInit): Promise<Response>;
}
interface Pool extends PgPool {
  query(statement: string): Promise<unknown>;
  end(): Promise<void>;
}
interface Pg {
  readonly Pool: new (options: { connectionString: string }) => Pool;
}

if (whyNoPostgres !== undefined) leaveOut("the service on PostgreSQL", whyNoPostgres);
else
  describeWithPeers("the service on PostgreSQL", ["pg", "hono"], () => {
    it("answers three clicks with the items that core recommends", async () => {
      const place = installed("hono-pgvector", ["hono"]);
      copyFileSync(join(root, "examples/hono-pgvector/service.mjs"), join(place, "service.mjs"));
      const { createService } = await import(pathToFileURL(join(place, "service.mjs")).href);
      const { Pool } = loadPeer<Pg>("pg");
      const server: PostgresServer = await startPostgres();
      // A database of its own, since the server may be one that has others.
      const database = `wellbegun_example_${randomBytes(4).toString("hex")}`;
      const owner = new Pool({ connectionString: server.url });
      await owner.query(`CREATE DATABASE ${database}`);
      const address = new URL(server.url);
      address.pathname = database;
      const pool = new Pool({ connectionString: address.href });
      try {
        await pool.query("CREATE EXTENSION vector");
        const items = bundleVectors(await readBundle(join(folder, "vectors")), "items");
        await writePgvector(pool, items, { table: "items", idType: "bigint" });
        const service: Service = createService({ pool, initializer: model.initializer });
        const body = JSON.stringify({ clicks, k: 5 });
        const response = await service.request("/recommendations", { method: "POST", body });
        const answer = (await response.json()) as { used: number; items: { id: number; score: number }[] };
        expect(answer.used).toBe(3);
        expect(answer.items.map(({ id }) => id)).toEqual(await expectedItems(5));
        const [best] = answer.items;
        const { vector } = model.foldIn(clicks);
        const product = model.items.row(best!.id).reduce((sum, value, c) => sum + value * vector[c]!, 0);
        expect(best!.score).toBeCloseTo(product, 5);
      } finally {
        await pool.end();
        await owner.query(`DROP DATABASE ${database}`);
        await owner.end();
        await server.stop();
      }
    });
  });

interface Edge {
  readonly Miniflare: new (
    options: object,
  ) => {
    dispatchFetch(url: string): Promise<Response>;
    dispose(): Promise<void>;
  };
}

describeWithPeers("the edge function", ["miniflare"], () => {
  let code: string;

  beforeAll(async () => {
    const place = installed("edge-function", []);
    copyFileSync(join(root, "examples/edge-function/worker.mjs"), join(place, "worker.mjs"));
    const bundle = await rolldown({ input: join(place, "worker.mjs"), external: /\.bin$/ });
    code = (await bundle.generate({ format: "esm", codeSplitting: false })).output[0].code;
  });

  async function answerOf(model: Model, query: string): Promise<{ used: number; items: { item: Id }[] }> {
    const { Miniflare } = loadPeer<Edge>("miniflare");
    const edge = new Miniflare({
      compatibilityDate: "2026-01-01",
      modules: [
        { type: "ESModule", path: "worker.mjs", contents: code },
        { type: "Data", path: "initializer.bin", contents: Buffer.from(model.toBytes()) },
      ],
    });
    try {
      const response = await edge.dispatchFetch(`http://edge/?${query}`);
      return (await response.json()) as { used: number; items: { item: Id }[] };
    } finally {
      await edge.dispose();
    }
  }

  it("folds in a user in workerd, as core does in Node", async () => {
    const answer = await answerOf(model, clicks.map((item) => `item=${item}`).join("&"));
    expect(answer.used).toBe(3);
    expect(answer.items.map(({ item }) => item)).toEqual(await expectedItems(5));
  });

  it("finds items by IDs of text, and passes over unknown ones", async () => {
    const itemIds = Array.from({ length: model.items.rows }, (_, item) => `item ${item}`);
    const named = await fit(
      { ...model.data, train: { ...model.train, itemIds: new IdIndex(itemIds) } },
      { dim: 16 },
    );
    const query = [...clicks, clicks[0]].map((item) => `item=item+${item}`).join("&");
    const answer = await answerOf(named, `${query}&item=3`);
    expect(answer.used).toBe(3);
    expect(answer.items.map(({ item }) => item)).toEqual(
      (await expectedItems(5)).map((item) => `item ${item}`),
    );
  });
});

describeWithNumpy("the notebook", () => {
  it("runs cell by cell on a bundle", () => {
    const notebook = JSON.parse(readFileSync(join(root, "examples/notebook/read-a-bundle.ipynb"), "utf8"));
    const cells: { cell_type: string; source: string[] }[] = notebook.cells;
    const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source.join(""));
    const script = ["import os", 'os.environ["WELLBEGUN_BUNDLE"] = sys.argv[1]', ...code].join("\n");
    const output = python(script, join(folder, "vectors"));
    expect(output).toContain("(150, 16) (80, 16)");
    expect(output).toContain("999");
  });
});
