/** DuckDB, an optional package that `tools/peers.mjs` may find elsewhere; its types are not here. */

const name = "@duckdb/node-api";

/** @type {any} */
export const duckdb = await import(name);
