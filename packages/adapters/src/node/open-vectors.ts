import { bundleTables } from "../bundle/manifest.ts";
import { rowKind } from "../bundle/tables.ts";
import { bundleVectors, type Vectors } from "../vectors/vectors.ts";
import { readBlocks } from "./bundle-values.ts";
import { openBundle, placeOf, type ReadBundleOptions } from "./open-bundle.ts";
import { idBlocks } from "./read-ids.ts";

/**
 * One table of a bundle as {@link Vectors} whose values and IDs are read from the disk in blocks, so that neither need
 * fit into memory. The writers of `@wellbegun/adapters/pgvector`, `/qdrant` and `/lancedb` take it. The bundle is
 * checked as by `readBundle`, except that IDs are counted while they are read, and whether they are distinct is left to
 * the store.
 *
 * @param name A float32 table of users or items: `users`, `items`, `users.<modality>`. Default: `users`.
 * @throws {WellbegunError} The errors of `readBundle`; `invalid-option` if there is no such table, or it is another kind
 * of table.
 */
export async function openVectors(
  folder: string,
  name: string = "users",
  options: ReadBundleOptions = {},
): Promise<Vectors> {
  const open = await openBundle(folder, options);
  const vectors = bundleVectors(
    {
      ...open,
      tables: bundleTables(open.manifest),
      userIds: undefined,
      itemIds: undefined,
      readBlocks: (table, rowsPerBlock, firstRow) => readBlocks(placeOf(open, table), rowsPerBlock, firstRow),
    },
    name,
  );
  return { ...vectors, idBlocks: idBlocks(open, rowKind(name) === "items" ? "items" : "users") };
}
