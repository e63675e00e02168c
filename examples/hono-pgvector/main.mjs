// A bundle's items go into PostgreSQL, and the service listens on port 3000.
//
//   npm install hono @hono/node-server pg @wellbegun/core @wellbegun/adapters
//   DATABASE_URL=postgres://… node main.mjs vectors
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { bundleVectors } from "@wellbegun/adapters/bundle";
import { readBundle } from "@wellbegun/adapters/node";
import { writePgvector } from "@wellbegun/adapters/pgvector";
import { Initializer } from "@wellbegun/core";
import pg from "pg";
import { createService } from "./service.mjs";

const [folder = "vectors"] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const bundle = await readBundle(folder);
await writePgvector(pool, bundleVectors(bundle, "items"), { table: "items", idType: "bigint" });

const initializer = Initializer.fromBytes(await readFile(`${folder}/initializer.bin`));
const { fetch } = createService({ pool, initializer });
serve({ fetch, port: Number(process.env.PORT ?? 3000), hostname: "127.0.0.1" }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
