/*
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4), eight bytes at a time ("slicing by 8", Kounavis and Berry
 * 2005). It detects every change within 32 consecutive bits, and misses one of 2^32 other changes. A
 * cryptographic hash would be five to ten times slower in plain JavaScript and is not needed: the checksum
 * guards against damage, not against forgery.
 */
const POLYNOMIAL = 0x82f63b78;

const tables: Int32Array = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    made[byte] = value;
  }
  for (let entry = 256; entry < made.length; entry++) {
    const shorter = made[entry - 256]!;
    made[entry] = (shorter >>> 8) ^ made[shorter & 255]!;
  }
  return made;
}

/**
 * The CRC-32C of bytes, from 0 to 2^32 - 1.
 *
 * @param before The checksum of the bytes before these. Default: 0, for no bytes.
 */
export function crc32c(bytes: Uint8Array, before: number = 0): number {
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      tables[1792 + (crc & 255)]! ^
      tables[1536 + ((crc >>> 8) & 255)]! ^
      tables[1280 + ((crc >>> 16) & 255)]! ^
      tables[1024 + (crc >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}
