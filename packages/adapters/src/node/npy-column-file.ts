import { basename, dirname, join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { decodeIdList } from "../bundle/id-list.ts";
import { ID_FILES } from "../bundle/manifest.ts";
import type { ColumnFile } from "../columns/source.ts";
import { FEATURES_SUFFIX, listFolder } from "./dataset-folder.ts";
import { encodedFeatures, readFeatureManifest } from "./encoded-features.ts";
import { readWhole } from "./files.ts";
import { openNpyFeatures } from "./npy-features.ts";

/** Rows of a batch. */
const BATCH = 1024;

/**
 * A feature file beside `item_ids.txt` as a file of two columns: `id`, and the vectors under the modality's name, null for items
 * without features. IDs that are all whole numbers are numbers, as in the columns of other files.
 *
 * @throws {WellbegunError} `io` without `item_ids.txt`; `mismatch` if it has not as many IDs as the file has rows; and what
 * `openNpyFeatures` throws.
 */
export async function openNpyColumns(path: string): Promise<ColumnFile> {
  const folder = dirname(path);
  const modality = basename(path).slice(0, -FEATURES_SUFFIX.length);
  const idPath = join(folder, ID_FILES.items);
  const texts = decodeIdList(await readWhole(idPath, "reading the items of features"), idPath).ids.map(
    String,
  );
  const ids = texts.every((text) => /^(0|-?[1-9]\d{0,14})$/.test(text)) ? texts.map(Number) : texts;
  const known = await encodedFeatures(
    folder,
    modality,
    await readFeatureManifest(folder, await listFolder(folder)),
  );
  const features = await openNpyFeatures(path, { mask: known?.missing, encoder: known?.encoder });
  if (ids.length !== features.rows) {
    await features.close();
    throw new WellbegunError("mismatch", {
      doing: "reading the items of features",
      expected: `${features.rows} IDs, one for each row of ${path}`,
      found: `${ids.length}`,
      at: idPath,
    });
  }
  const { rows, columns, missing } = features;
  return {
    label: path,
    names: ["id", modality],
    encoders: known === undefined ? undefined : { [modality]: known.encoder },
    batches: async function* (names) {
      for (let firstRow = 0; firstRow < rows; firstRow += BATCH) {
        const count = Math.min(BATCH, rows - firstRow);
        const block = new Float32Array(count * columns);
        await features.read(firstRow, count, block);
        const vectors = Array.from({ length: count }, (_, r) =>
          missing?.[firstRow + r] === 1 ? null : block.subarray(r * columns, (r + 1) * columns),
        );
        const own = { id: ids.slice(firstRow, firstRow + count), [modality]: vectors };
        yield { firstRow, rows: count, columns: names.map((name) => own[name]!) };
      }
    },
    close: () => features.close(),
  };
}
