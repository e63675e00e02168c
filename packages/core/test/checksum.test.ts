import fc from "fast-check";
import { expect, it } from "vitest";
import { crc32c } from "../src/initializer/checksum.ts";

it.each<[string, Uint8Array, number]>([
  ["the ASCII digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of 255", new Uint8Array(32).fill(255), 0x62a8ab43],
  ["the bytes 0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["the bytes 31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])("The checksum of %s is the one of RFC 3720", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

/** One bit at a time, as the polynomial division is defined. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

it("The checksum agrees with division bit by bit, whole or in two parts", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), (bytes, cut) => {
      expect(crc32c(bytes)).toBe(bitwise(bytes));
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(bitwise(bytes));
    }),
  );
});
