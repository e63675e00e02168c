/**
 * Vectors in Qdrant, through the caller's own client.
 *
 * @module
 */
import type { Table } from "@wellbegun/core";
import { checkVectors, vectorBatches } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import { type QdrantAliasAction, type QdrantClient, qdrantPointId } from "./qdrant-client.ts";
import {
  badOption,
  checkDistance,
  checkTotal,
  compareSample,
  type Distance,
  metadataOf,
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
   * What Qdrant ranks by. Default: `dot`, as `recommend` does. With `cosine` Qdrant normalizes vectors when it takes them:
   * what is read back has length 1, and no dot product can be had of it.
   */
  readonly distance?: Distance | undefined;
  /** Whether the collection that the alias led to before is kept. Default: false, it is deleted after the switch. */
  readonly keepPrevious?: boolean | undefined;
}

/** What {@link writeQdrant} did. */
export interface QdrantStored extends Stored {
  /** The collection that the alias leads to now. */
  readonly collection: string;
  /** The collection that it led to before, if another. */
  readonly previous: string | undefined;
}

const DOING = "writing vectors to Qdrant";
const VERIFYING = "verifying vectors in Qdrant";

/** Qdrant divides by the length in float32, each value of which is then at most 1. */
const COSINE_TOLERANCE = 1e-6;

/**
 * Writes vectors. To replace, a new collection is filled and verified, and only then does the alias lead to it, in one step:
 * readers see all old rows or all new ones, and if anything fails the new collection is deleted and nothing has changed. To
 * upsert, batches go into the collection that the alias leads to, each of them whole; if one fails, those before it stay, and
 * the same call made again completes them.
 *
 * The collection's metadata says where the vectors come from, on servers that have such (1.16 and later).
 *
 * @throws {WellbegunError} `invalid-option` if a collection, not an alias, has the name; `mismatch` if the collection has
 * another width or distance, or does not hold what was sent; `invalid-data` if an ID stands twice or a value is not finite;
 * `aborted`; `io` with what the client threw.
 */
export async function writeQdrant(
  client: QdrantClient,
  given: Table | Vectors,
  options: QdrantOptions,
): Promise<QdrantStored> {
  const vectors = asVectors(given);
  const resolved = resolveStoreOptions(options, vectors, DOING);
  const { alias, distance = "dot", keepPrevious = false } = options;
  if (alias === "") throw badOption("alias", "a name", '""', DOING);
  checkDistance(distance, DOING);
  checkVectors(vectors, DOING);
  try {
    const previous = await collectionOf(client, alias);
    if (previous !== undefined && resolved.mode === "upsert") {
      await checkCollection(client, previous, vectors, distance);
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
 * Compares what an alias leads to with vectors: width, distance, the number of points, and some of them value by value. Reads
 * only.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; `io` with what the client threw.
 */
export async function verifyQdrant(
  client: QdrantClient,
  given: Table | Vectors,
  options: QdrantOptions,
): Promise<Stored> {
  const vectors = asVectors(given);
  const { mode, rowsPerBatch, verifyRows } = resolveStoreOptions(options, vectors, VERIFYING);
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

/** Where the alias leads to; undefined if there is none yet. */
async function collectionOf(client: QdrantClient, alias: string): Promise<string | undefined> {
  const { aliases } = await client.getAliases();
  const found = aliases.find(({ alias_name }) => alias_name === alias);
  if (found !== undefined) return found.collection_name;
  if ((await client.collectionExists(alias)).exists) {
    throw badOption("alias", "the name of an alias, or a new one", `a collection named ${alias}`, DOING);
  }
  return undefined;
}

async function checkCollection(
  client: QdrantClient,
  collection: string,
  { columns }: Vectors,
  distance: Distance,
): Promise<void> {
  const { vectors } = (await client.getCollection(collection)).config.params;
  const { size, distance: ranked } = (vectors ?? {}) as {
    readonly size?: unknown;
    readonly distance?: unknown;
  };
  const expected = `vectors of ${columns} by ${distanceName(distance)}`;
  if (size === columns && ranked === distanceName(distance)) return;
  throw mismatch(DOING, expected, `${size} by ${ranked}`, `collection ${collection}`);
}

/** A new collection, complete, or none. */
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
    // What failed is the error to tell; a server that is gone cannot delete either.
    await client.deleteCollection(collection).catch(() => undefined);
    throw error;
  }
}

/** Lets the alias lead to the new collection; if that is refused, the new collection goes. */
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
    // Only the answer may have been lost: a collection that readers are led to is not deleted.
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
  const ids = await Promise.all(sample.map(({ id }) => qdrantPointId(id)));
  if (ids.length === 0) return { rows, total: count, verified: 0 };
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
