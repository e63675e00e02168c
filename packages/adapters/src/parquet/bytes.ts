/** Bytes that are read in parts: a file, a `Blob`, or HTTP range requests. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes from `start` up to `end`. Default of `end`: the last byte. */
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}
