import type { Id } from "@wellbegun/core";
import { pageHeader } from "./footer.ts";
import { varint } from "./thrift.ts";

/** A page of IDs with its header. */
export function idPage(ids: readonly Id[]): Uint8Array[] {
  const content =
    typeof ids[0] === "string"
      ? textValues(ids as readonly string[])
      : int64Values(ids as readonly (number | bigint)[]);
  return [pageHeader(ids.length, content.length), content];
}

/** UTF-8 strings, each preceded by its length. */
function textValues(ids: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  // A UTF-16 unit takes at most three bytes.
  const room = new Uint8Array(ids.reduce((sum, id) => sum + 4 + 3 * id.length, 0));
  const view = new DataView(room.buffer);
  let end = 0;
  for (const id of ids) {
    const { written } = encoder.encodeInto(id, room.subarray(end + 4));
    view.setUint32(end, written, true);
    end += 4 + written;
  }
  return room.subarray(0, end);
}

function int64Values(ids: readonly (number | bigint)[]): Uint8Array {
  const content = new Uint8Array(8 * ids.length);
  const view = new DataView(content.buffer);
  for (const [row, id] of ids.entries()) view.setBigInt64(8 * row, BigInt(id), true);
  return content;
}

/**
 * A page of vectors with its header, each a list of `columns` float32: the values themselves follow two runs of levels, which
 * say where lists begin (0 for the first element of a row, 1 for the others) and that every element is there (all 1).
 */
export function vectorPage(data: Float32Array, columns: number): Uint8Array[] {
  const rows = data.length / columns;
  const others = columns === 1 ? [] : [...varint(2 * (columns - 1)), 1];
  const row = [2, 0, ...others];
  const begins = new Uint8Array(row.length * rows);
  for (let r = 0; r < rows; r++) begins.set(row, r * row.length);
  const present = Uint8Array.from([...varint(2 * data.length), 1]);
  const values = littleEndian(data);
  const parts = [sizeOf(begins), begins, sizeOf(present), present, values];
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return [pageHeader(data.length, bytes), ...parts];
}

function sizeOf(part: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, part.length, true);
  return size;
}

const isLittleEndian: boolean = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Copies the values, since a block of vectors is valid only until the next one. */
function littleEndian(data: Float32Array): Uint8Array {
  const copy = new Uint8Array(data.slice().buffer);
  if (isLittleEndian) return copy;
  for (let i = 0; i < copy.length; i += 4) copy.subarray(i, i + 4).reverse();
  return copy;
}
