/**
 * Vectors in Qdrant, through the caller's own client.
 *
 * @module
 */
import type { Table } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/support";
import { checkVectors, vectorBatches } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import { checkOrigin, metadataOf } from "./origin.ts";
import { type QdrantAliasAction, type QdrantClient, qdrantPointId } from "./qdrant-client.ts";
import {
  badOption,
  checkDistance,
  checkTotal,
  compareSample,
  type Distance,
  mismatch,
  type ResolvedStoreOptions,
  resolveStoreOptions,
  Sample,
  type SampleRow,
  type Stored,
  type StoreOptions,
  storeError,
} from "./store.ts";

export type { QdrantAliasAction, QdrantClient, QdrantPoint } from "./qdrant-client.ts";
export { qdrantPointId } from "./qdrant-client.ts";
export type { Distance, Stored, StoreOptions } from "./store.ts";

/** Options of {@link writeQdrant}. */
export interface QdrantOptions extends StoreOptions {
  /** The alias under which the vectors are read. Each replacement is a collection of its own, `<alias>-<8 digits>`. */
  readonly alias: string;
  /**
   * The similarity that Qdrant ranks by. Default: `dot`, as `recommend` does. With `cosine` Qdrant normalizes
   * vectors when it stores them: vectors that are read back have length 1, and the original dot products cannot
   * be recovered.
   */
  readonly distance?: Distance | undefined;
  /** Whether to keep the alias's previous collection. Default: false; it is deleted after the switch. */
  readonly keepPrevious?: boolean | undefined;
}

/** The result of {@link writeQdrant}. */
export interface QdrantStored extends Stored {
  /** The collection that the alias now refers to. */
  readonly collection: string;
  /** The collection that the alias referred to before, if it was another. */
  readonly previous: string | undefined;
}

const optionNames = namesOf<QdrantOptions>({
  mode: true,
  rowsPerBatch: true,
  verifyRows: true,
  signal: true,
  alias: true,
  distance: true,
  keepPrevious: true,
});

const DOING = "writing vectors to Qdrant";
const VERIFYING = "verifying vectors in Qdrant";

/** Tolerance for `cosine`: Qdrant divides by the length in float32, after which each value is at most 1. */
const COSINE_TOLERANCE = 1e-6;

/**
 * Writes vectors. `replace` fills and verifies a new collection, and only then switches the alias to it in one
 * step: readers see either all old rows or all new ones, and a failure deletes the new collection and changes
 * nothing else. `upsert` sends batches to the alias's collection, each applied as a whole; if one fails, the
 * earlier batches stay, and repeating the call completes the rest.
 *
 * The collection's metadata records the vectors' origin, on servers that support metadata (1.16 and later).
 *
 * @throws {WellbegunError} `invalid-option` if a collection, not an alias, has the name; `mismatch` if the collection has
 * another width or distance, rows to upsert have another origin, or the collection does not hold the rows that
 * were sent; `invalid-data` if an ID is repeated or a
 * value is not finite; `aborted`; `io` with what the client threw.
 */
export async function writeQdrant(
  client: QdrantClient,
  given: Table | Vectors,
  options: QdrantOptions,
): Promise<QdrantStored> {
  const vectors = asVectors(given);
  const resolved = resolveStoreOptions(options, optionNames, vectors, DOING);
  const { alias, distance = "dot", keepPrevious = false } = options;
  if (alias === "") throw badOption("alias", "a name", '""', DOING);
  checkDistance(distance, DOING);
  checkVectors(vectors, DOING);
  try {
    const previous = await collectionOf(client, alias);
    if (previous !== undefined && resolved.mode === "upsert") {
      const { wellbegun } = await checkCollection(client, previous, vectors, distance);
      checkOrigin(wellbegun, vectors, DOING, `collection ${previous}`);
      const stored = await fill(client, previous, vectors, resolved, distance);
      return { ...stored, collection: previous, previous: undefined };
    }
    const digits = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(16).padStart(8, "0");
    const collection = `${alias}-${digits}`;
    const stored = await fillNew(client, collection, vectors, resolved, distance);
    await switchAlias(client, alias, collection, previous);
    if (previous !== undefined && !keepPrevious) await client.deleteCollection(previous);
    return { ...stored, collection, previous };
  } catch (cause) {
    throw storeError(cause, DOING, `alias ${alias}`);
  }
}

/**
 * Compares an alias's collection with vectors: width, distance, the number of points, and some of them value by
 * value. Reads only.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; `io` with what the client threw.
 */
export async function verifyQdrant(
  client: QdrantClient,
  given: Table | Vectors,
  options: QdrantOptions,
): Promise<Stored> {
  const vectors = asVectors(given);
  const { mode, rowsPerBatch, verifyRows } = resolveStoreOptions(options, optionNames, vectors, VERIFYING);
  const { alias, distance = "dot" } = options;
  try {
    const collection = await collectionOf(client, alias);
    if (collection === undefined) throw mismatch(VERIFYING, "a collection", "none", `alias ${alias}`);
    await checkCollection(client, collection, vectors, distance);
    const sample = new Sample(vectors, verifyRows);
    for await (const batch of vectorBatches(vectors, { doing: VERIFYING, rowsPerBatch })) sample.take(batch);
    return await verify(client, collection, vectors, sample.rows, mode, distance);
  } catch (cause) {
    throw storeError(cause, VERIFYING, `alias ${alias}`);
  }
}

/** The collection of the alias; undefined if the alias does not exist. */
async function collectionOf(client: QdrantClient, alias: string): Promise<string | undefined> {
  const { aliases } = await client.getAliases();
  const found = aliases.find(({ alias_name }) => alias_name === alias);
  if (found !== undefined) return found.collection_name;
  if ((await client.collectionExists(alias)).exists) {
    throw badOption("alias", "the name of an alias, or a new one", `a collection named ${alias}`, DOING);
  }
  return undefined;
}

/** Checks the width and the distance, and returns the collection's metadata. */
async function checkCollection(
  client: QdrantClient,
  collection: string,
  { columns }: Vectors,
  distance: Distance,
): Promise<{ readonly wellbegun?: unknown }> {
  const { config } = await client.getCollection(collection);
  const { vectors } = config.params;
  const { size, distance: ranked } = (vectors ?? {}) as {
    readonly size?: unknown;
    readonly distance?: unknown;
  };
  const expected = `vectors of ${columns} by ${distanceName(distance)}`;
  if (size === columns && ranked === distanceName(distance)) return config.metadata ?? {};
  throw mismatch(DOING, expected, `${size} by ${ranked}`, `collection ${collection}`);
}

/** Makes a complete new collection, or none if anything fails. */
async function fillNew(
  client: QdrantClient,
  collection: string,
  vectors: Vectors,
  options: ResolvedStoreOptions,
  distance: Distance,
): Promise<Stored> {
  try {
    await client.createCollection(collection, {
      vectors: { size: vectors.columns, distance: distanceName(distance) },
    });
    const stored = await fill(client, collection, vectors, { ...options, mode: "replace" }, distance);
    await client.updateCollection(collection, { metadata: metadataOf(vectors, distance) });
    return stored;
  } catch (error) {
    // The original failure is the error to report; an unreachable server cannot delete either.
    await client.deleteCollection(collection).catch(() => undefined);
    throw error;
  }
}

/** If the switch fails, deletes the new collection. */
async function switchAlias(
  client: QdrantClient,
  alias: string,
  collection: string,
  previous: string | undefined,
): Promise<void> {
  const actions: QdrantAliasAction[] = [{ create_alias: { alias_name: alias, collection_name: collection } }];
  if (previous !== undefined) actions.unshift({ delete_alias: { alias_name: alias } });
  try {
    await client.updateCollectionAliases({ actions });
  } catch (error) {
    // The switch may have succeeded with its response lost: the alias's collection is not deleted.
    if ((await collectionOf(client, alias)) === collection) return;
    await client.deleteCollection(collection);
    throw error;
  }
}

async function fill(
  client: QdrantClient,
  collection: string,
  vectors: Vectors,
  { mode, rowsPerBatch, verifyRows, signal }: ResolvedStoreOptions,
  distance: Distance,
): Promise<Stored> {
  const sample = new Sample(vectors, verifyRows);
  const { columns } = vectors;
  for await (const batch of vectorBatches(vectors, { doing: DOING, rowsPerBatch, signal })) {
    const ids = await Promise.all(batch.ids.map(qdrantPointId));
    const points = batch.ids.map((raw, row) => ({
      id: ids[row]!,
      vector: Array.from(batch.data.subarray(row * columns, (row + 1) * columns)),
      payload: { id: raw },
    }));
    await client.upsert(collection, { wait: true, points });
    sample.take(batch);
  }
  return verify(client, collection, vectors, sample.rows, mode, distance);
}

async function verify(
  client: QdrantClient,
  collection: string,
  { rows }: Vectors,
  sample: readonly SampleRow[],
  mode: "replace" | "upsert",
  distance: Distance,
): Promise<Stored> {
  const { count } = await client.count(collection, { exact: true });
  checkTotal(count, rows, mode, VERIFYING, `collection ${collection}`);
  if (sample.length === 0) return { rows, total: count, verified: 0 };
  const ids = await Promise.all(sample.map(({ id }) => qdrantPointId(id)));
  const records = await client.retrieve(collection, { ids, with_vector: true, with_payload: true });
  const found = new Map<string, number[]>();
  for (const { payload, vector } of records) {
    const { id } = (payload ?? {}) as { readonly id?: unknown };
    if (Array.isArray(vector)) found.set(String(id), vector.map(Number));
  }
  if (distance === "dot") compareSample(sample, found, VERIFYING);
  else compareSample(sample.map(normalized), found, VERIFYING, COSINE_TOLERANCE);
  return { rows, total: count, verified: sample.length };
}

function normalized({ id, values }: SampleRow): SampleRow {
  const norm = Math.hypot(...values);
  return { id, values: norm === 0 ? values : values.map((value) => value / norm) };
}

function distanceName(distance: Distance): "Dot" | "Cosine" {
  return distance === "dot" ? "Dot" : "Cosine";
}
