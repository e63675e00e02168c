import { WellbegunError } from "@wellbegun/core";
import type { Vectors } from "../vectors/vectors.ts";
import { type PgClient, quoteIdentifier } from "./pg-client.ts";
import { badOption, mismatch } from "./store.ts";

/** The table that holds the vectors. Names are quoted, so upper case is preserved. */
export interface PgTableOptions {
  readonly table: string;
  /** Default: the first schema of the connection's search_path. */
  readonly schema?: string | undefined;
  /** Column of the raw IDs. Default: `id`. */
  readonly idColumn?: string | undefined;
  /** Column of the vectors. Default: `embedding`. */
  readonly embeddingColumn?: string | undefined;
  /** Type of the IDs in a new table. Default: `text`. An existing table keeps its type. */
  readonly idType?: "text" | "bigint" | undefined;
}

/** A table, with its parts as SQL. */
export interface PgTable {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly plainName: string;
  readonly id: string;
  readonly embedding: string;
  /** The ID column's type. */
  readonly idType: string;
  /** `vector(d)`. */
  readonly width: string;
  /** Whether the table exists. */
  readonly exists: boolean;
  /** Whether the table's comment is empty or was written by this package. */
  readonly ours: boolean;
  /** The record of the origin in the table's comment; undefined if this package wrote none. */
  readonly record: unknown;
}

/**
 * Finds the table and checks it against the vectors.
 *
 * @throws {WellbegunError} `unavailable` without the extension; `mismatch` if the table has other columns or another width.
 */
export async function describeTable(
  client: PgClient,
  { columns }: Vectors,
  options: PgTableOptions,
  doing: string,
): Promise<PgTable> {
  const { table, schema, idColumn = "id", embeddingColumn = "embedding", idType = "text" } = options;
  if (idType !== "text" && idType !== "bigint")
    throw badOption("idType", "text or bigint", String(idType), doing);
  const prefix = schema === undefined ? "" : `${quoteIdentifier(schema, "schema", doing)}.`;
  const name = prefix + quoteIdentifier(table, "table", doing);
  const id = quoteIdentifier(idColumn, "idColumn", doing);
  const embedding = quoteIdentifier(embeddingColumn, "embeddingColumn", doing);
  const extension = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'vector'");
  if (extension.rows.length === 0) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: "the extension vector in this database",
      found: "none",
      hint: "CREATE EXTENSION vector; (its package: https://github.com/pgvector/pgvector)",
    });
  }
  const found = await client.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, obj_description(attrelid, 'pg_class') AS comment
    FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [name],
  );
  const types = new Map(found.rows.map((row) => [row.name, String(row.type)]));
  const width = `vector(${columns})`;
  const exists = found.rows.length > 0;
  if (exists) {
    const type = types.get(embeddingColumn) ?? "no such column";
    // format_type names the schema of a type that is not on the search path.
    if (type.replace(/^.*\./, "") !== width) {
      throw mismatch(doing, width, type, `table ${name}, column ${embedding}`);
    }
    if (!types.has(idColumn))
      throw mismatch(doing, "a column of IDs", "no such column", `table ${name}, column ${id}`);
  }
  const comment = found.rows[0]?.comment;
  const written = typeof comment === "string" && comment.startsWith('{"wellbegun":');
  return {
    name,
    plainName: table,
    id,
    embedding,
    idType: types.get(idColumn) ?? idType,
    width,
    exists,
    ours: typeof comment !== "string" || written,
    record: written ? recordOf(comment) : undefined,
  };
}

/** The record in a comment of this package; undefined if the comment was changed since and is no JSON. */
function recordOf(comment: string): unknown {
  try {
    return (JSON.parse(comment) as { readonly wellbegun?: unknown }).wellbegun;
  } catch {
    return undefined;
  }
}
