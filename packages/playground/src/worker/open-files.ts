import type { NamedFile } from "../protocol.ts";
import { openColumns } from "./column-files.ts";
import { openMmrec } from "./mmrec-files.ts";
import type { OpenedDataset } from "./opened.ts";

/**
 * Opens dropped files: MMRec's layout if there is an `.inter` table, else interactions and features as files with columns.
 *
 * @throws {Error} With a sentence for the user if the files are no dataset; the readers' own errors name file and place.
 */
export async function openFiles(name: string, files: readonly NamedFile[]): Promise<OpenedDataset> {
  const isMmrec = files.some((file) => file.name.endsWith(".inter"));
  return isMmrec ? openMmrec(name, files) : openColumns(name, files);
}
