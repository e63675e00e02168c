import type { ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { ByteSource } from "./bytes.ts";

/** The pages of one column in one row group, read and checked. */
export interface ColumnChunkBytes {
  readonly start: number;
  readonly bytes: ArrayBuffer;
}

/**
 * Reads the pages of a column and checks that their headers agree with the file's footer: hyparquet trusts the
 * lengths in headers, and a damaged length could make it loop forever.
 *
 * @throws {Error} naming the disagreement.
 */
export async function readColumnChunk(
  file: ByteSource,
  { data_page_offset, dictionary_page_offset, total_compressed_size, ...metadata }: ColumnMetaData,
): Promise<ColumnChunkBytes> {
  const first =
    Number(dictionary_page_offset ?? 0n) > 0 ? Number(dictionary_page_offset) : Number(data_page_offset);
  const [start, length] = [Math.min(first, Number(data_page_offset)), Number(total_compressed_size)];
  if (!(start >= 0 && length >= 0 && start + length <= file.byteLength)) {
    throw new Error(`pages beyond the end of the file, at ${start} to ${start + length}`);
  }
  const bytes = await file.slice(start, start + length);
  checkPages(bytes, Number(metadata.num_values), Number(metadata.total_uncompressed_size));
  return { start, bytes };
}

function checkPages(bytes: ArrayBuffer, values: number, uncompressedSize: number): void {
  const reader = { view: new DataView(bytes), offset: 0 };
  let found = 0;
  while (found < values) {
    const at = reader.offset;
    const header = parquetHeader(reader);
    const { compressed_page_size, uncompressed_page_size } = header;
    const content = bytes.byteLength - reader.offset;
    const count = valuesOf(header);
    const sizes = [compressed_page_size, uncompressed_page_size, count];
    const whole = sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (
      !whole ||
      compressed_page_size > content ||
      uncompressed_page_size > uncompressedSize ||
      !hasLevels(header)
    ) {
      throw new Error(`a page at byte ${at} of sizes that do not fit: ${sizes.join(", ")}`);
    }
    if (header.type === "DICTIONARY_PAGE") {
      if (count > uncompressed_page_size)
        throw new Error(`a dictionary of ${count} values in ${uncompressed_page_size} bytes`);
    } else found += count;
    reader.offset += compressed_page_size;
  }
  if (found !== values) throw new Error(`pages of ${found} values, where the footer says ${values}`);
}

/** Number of values, including nulls, in a page's header. */
function valuesOf({ data_page_header, data_page_header_v2, dictionary_page_header }: PageHeader): number {
  return (data_page_header_v2 ?? data_page_header ?? dictionary_page_header)?.num_values ?? 0;
}

/** Whether the levels of a version 2 page, whose lengths the header gives, lie within the page. */
function hasLevels({ data_page_header_v2: header, compressed_page_size }: PageHeader): boolean {
  if (header === undefined) return true;
  const lengths = [
    header.definition_levels_byte_length,
    header.repetition_levels_byte_length,
    header.num_rows,
  ];
  const whole = lengths.every((length) => Number.isSafeInteger(length) && length >= 0);
  return whole && lengths[0]! + lengths[1]! <= compressed_page_size && header.num_rows <= header.num_values;
}
