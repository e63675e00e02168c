/**
 * The part of Qdrant's client that is used, as types of this package: a `QdrantClient` of
 * `@qdrant/js-client-rest` satisfies it.
 */
export interface QdrantClient {
  getAliases(): Promise<{
    readonly aliases: readonly { readonly alias_name: string; readonly collection_name: string }[];
  }>;
  collectionExists(name: string): Promise<{ readonly exists: boolean }>;
  getCollection(name: string): Promise<{
    readonly config: { readonly params: { readonly vectors?: unknown }; readonly metadata?: unknown };
  }>;
  createCollection(
    name: string,
    options: { readonly vectors: { readonly size: number; readonly distance: "Dot" | "Cosine" } },
  ): Promise<boolean>;
  updateCollection(name: string, options: { readonly metadata: Record<string, unknown> }): Promise<boolean>;
  deleteCollection(name: string): Promise<boolean>;
  updateCollectionAliases(options: { readonly actions: QdrantAliasAction[] }): Promise<boolean>;
  upsert(name: string, options: { readonly wait: true; readonly points: QdrantPoint[] }): Promise<unknown>;
  count(name: string, options: { readonly exact: true }): Promise<{ readonly count: number }>;
  retrieve(
    name: string,
    options: {
      readonly ids: (string | number)[];
      readonly with_vector: true;
      readonly with_payload: true;
    },
  ): Promise<readonly { readonly payload?: unknown; readonly vector?: unknown }[]>;
}

/** A row in the form that is sent. */
export interface QdrantPoint {
  readonly id: string | number;
  readonly vector: number[];
  readonly payload: Record<string, unknown>;
}

/** A change of an alias; all changes of one request are applied at once. */
export type QdrantAliasAction =
  | { readonly create_alias: { readonly alias_name: string; readonly collection_name: string } }
  | { readonly delete_alias: { readonly alias_name: string } };

// This package's UUID namespace, generated once at random; the names in it are raw IDs (RFC 9562, section 5.5).
const NAMESPACE = Uint8Array.of(
  0x6f,
  0x1b,
  0x7c,
  0x52,
  0x0d,
  0x8e,
  0x4a,
  0x39,
  0x9c,
  0x44,
  0xe1,
  0x27,
  0x5b,
  0xd0,
  0x83,
  0xfa,
);

/**
 * The point's ID in Qdrant, which accepts only whole numbers and UUIDs: a raw ID that is a whole number below
 * 2^53 is used as it is, and any other becomes the version 5 UUID of its text. The point's ID depends only on
 * the raw ID, so that a later write updates the same point. The raw ID is in the payload, as `id`.
 */
export async function qdrantPointId(id: string | number | bigint): Promise<string | number> {
  const text = String(id);
  const number = Number(text);
  if (/^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number)) return number;
  const name = new TextEncoder().encode(text);
  const input = new Uint8Array(NAMESPACE.length + name.length);
  input.set(NAMESPACE);
  input.set(name, NAMESPACE.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", input)).subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
