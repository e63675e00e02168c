/** Compares the files of two bundles. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const HEADER_LENGTH_AT = 8;
/** The header follows the checksum; commits before 28 November 2026 wrote none. */
const HEADER_START = { withChecksum: 16, without: 12 };

/**
 * The files that differ or stand on one side alone. The manifest is left out, and so is the header of `initializer.bin`: both
 * hold the options, whose names change between versions.
 * @param {string} one
 * @param {string} other
 * @returns {string[]}
 */
export function differingFiles(one, other) {
  const names = new Set([...filesOf(one), ...filesOf(other)]);
  names.delete("manifest.json");
  return [...names].filter((name) => {
    try {
      return !content(join(one, name)).equals(content(join(other, name)));
    } catch {
      return true;
    }
  });
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile());
}

/**
 * A file's bytes; of an initializer, the arrays behind its header, which begin at a multiple of 8.
 * @param {string} path
 */
function content(path) {
  const bytes = readFileSync(path);
  if (!path.endsWith("initializer.bin")) return bytes;
  const { withChecksum, without } = HEADER_START;
  const start = bytes.toString("latin1", without, without + 2) === '{"' ? without : withChecksum;
  return bytes.subarray(Math.ceil((start + bytes.readUInt32LE(HEADER_LENGTH_AT)) / 8) * 8);
}
