import { type Id, type Table, WellbegunError } from "@wellbegun/core";
import type { Manifest } from "../bundle/manifest.ts";
import type { TableShape } from "../bundle/manifest-files.ts";
import { rowKind } from "../bundle/tables.ts";

/** The origin of vectors, as stored with them. */
export interface Provenance {
  /** The bundle's table, such as `users` or `users.image`. */
  readonly table: string;
  /** SHA-256 of the bundle's manifest, which holds the hashes of all its files. */
  readonly bundle: string;
  /** The run's seed; null if the manifest has none. */
  readonly seed: number | string | null;
  /** Rows of the whole table, where the vectors are only some of its rows. */
  readonly rows?: number;
}

/** Vectors of users or of items, row by row, as the adapters of models and vector stores take them. */
export interface Vectors {
  /** Whether the rows are users or items, for errors; `rows` if unknown. */
  readonly kind: "users" | "items" | "rows";
  readonly rows: number;
  readonly columns: number;
  /** Raw IDs in row order. Undefined, and no `idBlocks`: the row numbers are the IDs. */
  readonly ids?: readonly Id[] | undefined;
  /**
   * Raw IDs in blocks of `rowsPerBlock`, for a list that need not fit into memory; `ids` is then undefined. Default of
   * `firstRow`: 0.
   */
  readonly idBlocks?: ((rowsPerBlock: number, firstRow?: number) => AsyncIterable<readonly Id[]>) | undefined;
  /**
   * The values in blocks of at most `rowsPerBlock` whole rows, row-major, from `firstRow` (default: 0) to the last. A
   * block may be overwritten once the next one is requested.
   */
  blocks(rowsPerBlock: number, firstRow?: number): Iterable<Float32Array> | AsyncIterable<Float32Array>;
  readonly provenance?: Provenance | undefined;
}

/** A table in memory, such as `model.users`, with its origin if known. */
export interface ArrayVectors extends Omit<Table, "row"> {
  readonly provenance?: Provenance | undefined;
}

/** The part of a bundle that is read; `readBundle` of `@wellbegun/adapters/node` returns one. */
export interface VectorBundle {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly userIds: readonly Id[] | undefined;
  readonly itemIds: readonly Id[] | undefined;
  readonly tables: ReadonlyMap<string, TableShape>;
  readBlocks(name: string, rowsPerBlock: number, firstRow?: number): AsyncIterable<Float32Array>;
}

const DOING = "taking vectors from a bundle";

/**
 * A table in memory as {@link Vectors}, with its IDs; the values are not copied.
 *
 * @throws {WellbegunError} `invalid-option` if the values or the IDs do not fit the lengths.
 */
export function arrayVectors(kind: Vectors["kind"], table: ArrayVectors): Vectors {
  const { data, rows, columns, ids, provenance } = table;
  const fail = (expected: string, found: string): WellbegunError =>
    new WellbegunError("invalid-option", { doing: "taking a table in memory", expected, found, at: kind });
  const lengths = [rows, columns].every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!(data instanceof Float32Array)) throw fail("a Float32Array", describe(data));
  if (!lengths || data.length !== rows * columns) {
    throw fail(`${rows} x ${columns} values`, `${data.length}`);
  }
  if (ids !== undefined && ids.size !== rows) throw fail(`${rows} IDs, one for each row`, `${ids.size}`);
  return {
    kind,
    rows,
    columns,
    ids: ids?.ids,
    provenance,
    *blocks(rowsPerBlock, firstRow = 0) {
      for (let row = firstRow; row < rows; row += rowsPerBlock) {
        yield data.subarray(row * columns, (row + rowsPerBlock) * columns);
      }
    },
  };
}

/** An input of a store as {@link Vectors}: a table in memory, or a table of a bundle. */
export function asVectors(given: Table | Vectors): Vectors {
  return "blocks" in given ? given : arrayVectors("rows", given);
}

/**
 * A table of a bundle as {@link Vectors}, read in blocks from the disk whenever it is used.
 *
 * @param name A float32 table of users or items: `users`, `items`, `users.<modality>`. Default: `users`.
 * @throws {WellbegunError} `invalid-option` if there is no such table, or it is another kind of table.
 */
export function bundleVectors(bundle: VectorBundle, name: string = "users"): Vectors {
  const origin = bundleOrigin(bundle, name);
  return {
    ...origin,
    ids: origin.kind === "users" ? bundle.userIds : bundle.itemIds,
    blocks: (rowsPerBlock, firstRow) => bundle.readBlocks(name, rowsPerBlock, firstRow),
  };
}

/** The shape and the origin of a bundle's table of users or items. */
export interface BundleOrigin extends Pick<Vectors, "kind" | "rows" | "columns"> {
  readonly provenance: Provenance;
}

/** @throws {WellbegunError} `invalid-option` if there is no such table, or it is another kind of table. */
export function bundleOrigin(
  bundle: Pick<VectorBundle, "manifest" | "manifestSha256" | "tables">,
  name: string,
): BundleOrigin {
  const shape = bundle.tables.get(name);
  const kind = rowKind(name);
  const [rows, columns] = shape?.shape ?? [];
  if (shape?.dtype !== "float32" || kind === undefined || rows === undefined || columns === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "the name of a float32 table of users or items with rows and columns",
      found: JSON.stringify(name),
      at: `a bundle of ${[...bundle.tables.keys()].join(", ")}`,
    });
  }
  const { seed } = bundle.manifest;
  return {
    kind,
    rows,
    columns,
    provenance: { table: name, bundle: bundle.manifestSha256, seed: seed ?? null },
  };
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "a plain array" : Object.prototype.toString.call(value).slice(8, -1);
}
