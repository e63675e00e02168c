import { type AbortSignalLike, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { linesOf, type StreamedIds } from "../bundle/ids.ts";
import { type BundleFiles, RowWriter } from "./bundle-files.ts";

/**
 * Writes a list of IDs, in parts if it has more rows than `rowsPerPart`.
 *
 * @throws {WellbegunError} `mismatch` if the blocks do not add up to the list; `invalid-data` as `encodeIds`.
 */
export async function writeLines(
  files: BundleFiles,
  name: string,
  { length, blocks }: StreamedIds,
  {
    rowsPerPart = Number.POSITIVE_INFINITY,
    signal,
  }: { readonly rowsPerPart?: number | undefined; readonly signal?: AbortSignalLike | undefined },
): Promise<void> {
  const writer = new RowWriter(files, { name, shape: [length], rowsPerPart, head: () => new Uint8Array() });
  const encoder = new TextEncoder();
  let done = 0;
  for await (const block of blocks) {
    throwIfAborted({ signal }, "writing a bundle");
    if (done + block.length > length) throw otherCount(name, length, `at least ${done + block.length}`);
    const lines = linesOf(block, done, name);
    await writer.write(lines.length, (from, to) => encoder.encode(lines.slice(from, to).join("")));
    done += block.length;
  }
  if (done !== length) throw otherCount(name, length, `${done}`);
  await writer.finish();
}

function otherCount(name: string, expected: number, found: string): WellbegunError {
  return new WellbegunError("mismatch", {
    doing: "writing IDs",
    expected: `${expected} IDs`,
    found,
    at: name,
  });
}
