import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";

/** The part of a column of apache-arrow that this package uses. */
export interface ArrowVector extends Iterable<unknown> {
  readonly length: number;
  readonly nullCount: number;
  readonly type: object;
  get(index: number): unknown;
  toArray(): ArrayLike<unknown>;
}

/** The part of a record batch that is used. */
export interface ArrowBatch {
  readonly numRows: number;
  getChild(name: string): ArrowVector | null;
}

/** The part of a record batch reader that is used. */
export interface ArrowReader extends AsyncIterable<ArrowBatch> {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  open(): unknown;
  cancel(): unknown;
}

/** The part of the package apache-arrow that is used; tests compare it with the real package. */
export interface ArrowModule {
  readonly RecordBatchReader: { from(source: Uint8Array | AsyncIterable<Uint8Array>): unknown };
  readonly tableToIPC: (table: never, format: "file" | "stream") => Uint8Array;
  readonly Table: new (batches: never) => unknown;
  readonly RecordBatch: new (schema: never, data: never) => unknown;
  readonly Schema: new (fields: never, metadata: never) => unknown;
  readonly Field: new (name: string, type: never, nullable: boolean) => unknown;
  readonly FixedSizeList: new (size: number, child: never) => unknown;
  readonly Struct: new (fields: never) => unknown;
  readonly Float32: new () => unknown;
  readonly Int64: new () => unknown;
  readonly Utf8: new () => unknown;
  readonly makeData: (parts: never) => unknown;
}

/**
 * The package apache-arrow, loaded when it is first used.
 *
 * @throws {WellbegunError} `unavailable` with the install command.
 */
export async function loadArrow(given: ArrowModule | undefined, doing: string): Promise<ArrowModule> {
  if (given !== undefined) return given;
  return (await importPeer(importModule, "apache-arrow", { doing })) as never;
}
