import { createReadStream } from "node:fs";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { decodeIds } from "../bundle/ids.ts";
import { ID_FILES } from "../bundle/manifest.ts";
import type { FilePart } from "../bundle/parts.ts";
import { readWhole } from "./files.ts";
import { ioError } from "./io-error.ts";
import type { OpenBundle } from "./open-bundle.ts";

const DOING = "reading a bundle";

type Side = "users" | "items";

/**
 * Raw IDs in row order; undefined if the row numbers are the IDs.
 *
 * @param rows Rows of the side's tables; undefined if it has none.
 * @throws {WellbegunError} `mismatch` if there is another number of IDs than of rows.
 */
export async function readIds(
  bundle: OpenBundle,
  side: Side,
  rows: number | undefined,
): Promise<readonly string[] | undefined> {
  const files = idFiles(bundle, side);
  if (files === undefined) return undefined;
  const ids: string[] = [];
  for (const { path } of files.parts) {
    for (const id of decodeIds(await readWhole(path, DOING), path)) ids.push(id);
  }
  checkCount(ids.length, rows ?? files.count ?? ids.length, files.label);
  return ids;
}

/**
 * Raw IDs in blocks, read from the disk as they are requested; undefined if the row numbers are the IDs.
 *
 * @throws {WellbegunError} `mismatch` if the files hold another number of IDs than the manifest says.
 */
export function idBlocks(
  bundle: OpenBundle,
  side: Side,
): ((rowsPerBlock: number, firstRow?: number) => AsyncGenerator<readonly string[]>) | undefined {
  const files = idFiles(bundle, side);
  if (files === undefined) return undefined;
  return async function* (rowsPerBlock, firstRow = 0) {
    let block: string[] = [];
    let row = 0;
    for (const { path, rows } of files.parts) {
      // A part that ends before the first row is not read.
      if (rows !== undefined && rows[1] <= firstRow) {
        row = rows[1];
        continue;
      }
      for await (const id of lines(path)) {
        if (row++ < firstRow) continue;
        block.push(id);
        if (block.length < rowsPerBlock) continue;
        yield block;
        block = [];
      }
    }
    if (block.length > 0) yield block;
    checkCount(row, files.count ?? row, files.label);
  };
}

interface IdFiles {
  readonly label: string;
  /** The files in row order; the rows of a file that is one of several. */
  readonly parts: readonly { readonly path: string; readonly rows?: FilePart["rows"] }[];
  readonly count: number | undefined;
}

function idFiles({ folder, manifest }: OpenBundle, side: Side): IdFiles | undefined {
  const name = ID_FILES[side];
  const label = join(folder, name);
  const parted = manifest.parted?.[name];
  if (parted !== undefined) {
    const parts = parted.parts.map(({ file, rows }) => ({ path: join(folder, file), rows }));
    return { label, parts, count: parted.shape[0] };
  }
  const file = manifest.files[name];
  return file === undefined ? undefined : { label, parts: [{ path: label }], count: file.shape?.[0] };
}

/** The lines of a file, each ended by a line feed; only one chunk of the file is in memory. */
async function* lines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const found = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
      rest = found.pop()!;
      yield* found;
    }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw ioError(DOING, "to read its bytes", path, cause);
    throw new WellbegunError("format", {
      doing: DOING,
      expected: "text in UTF-8",
      found: "other bytes",
      at: path,
    });
  }
  if (rest !== "") {
    const found = "a file that ends without one";
    throw new WellbegunError("format", {
      doing: DOING,
      expected: "a line feed after the last ID",
      found,
      at: path,
    });
  }
}

function checkCount(found: number, expected: number, at: string): void {
  if (found === expected) return;
  const parts = { doing: DOING, expected: `${expected} IDs, one for each row`, found: `${found}`, at };
  throw new WellbegunError("mismatch", parts);
}
