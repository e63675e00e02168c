import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

type Color = readonly [red: number, green: number, blue: number, opacity?: number];

/**
 * A PNG file of one color, with transparency where the color has an opacity.
 *
 * @param rows Rows that are in the file. Default: all, as its header says.
 */
export function png(width: number, height: number, color: Color, rows: number = height): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, color.length === 4 ? 6 : 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Before each row stands its filter: none.
  const row = Buffer.concat([
    Buffer.of(0),
    Buffer.alloc(color.length * width, Buffer.from(color as readonly number[])),
  ]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: rows }, () => row)));
  const parts = [chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.of(137, 80, 78, 71, 13, 10, 26, 10), ...parts]);
}

/** Writes a PNG file of one color; returns its path. */
export function writePng(path: string, width: number, height: number, color: Color): string {
  writeFileSync(path, png(width, height, color));
  return path;
}
