import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { identifyFeatures, MANIFEST_FILE } from "@wellbegun/adapters/bundle";
import {
  type Bundle,
  discardUnfinished,
  INITIALIZER_FILE,
  openFeatureFolder,
  readBundle,
  writeTables,
} from "@wellbegun/adapters/node";
import {
  encoderDifference,
  type FeatureSource,
  foldInItems,
  type Id,
  IdIndex,
  readInitializer,
  type UserFolder,
  WellbegunError,
} from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { packageVersions } from "../../shared/versions.ts";
import type { PlaceSettings } from "./options.ts";

/** What `place` did, as data: the object that `--json` prints. */
export interface PlaceResult {
  readonly features: string;
  readonly bundle: string;
  readonly out: string;
  /** Number of items that were placed. */
  readonly placed: number;
  /** Number of items that the bundle has, which keep their rows there. */
  readonly known: number;
  /** Number of placed items without the modality, by modality. */
  readonly missing: Readonly<Record<string, number>>;
  /** Number of items without any content, which are left out. */
  readonly empty: number;
  /** The folder's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

const doing = "placing items";

/** features, fold-in, export: the whole of `place`, without its printing. */
export async function place(
  folder: string,
  bundlePath: string,
  out: string,
  settings: PlaceSettings,
  io: Io,
): Promise<PlaceResult> {
  io.atExit?.(discardUnfinished);
  const output = {
    overwrite: namedAgain(out, settings.force) ? out : settings.force,
    inputs: [folder, bundlePath],
  };
  await checkBundleFolder(out, "placed items", output);
  const bundle = await readBundle(bundlePath, { signal: io.signal });
  const model = await initializerOf(bundle);
  const opened = await openFeatureFolder(folder, settings.modalities);
  return await whileOpen(async (onClose) => {
    onClose(() => opened.close());
    expectSameEncoders(bundle, opened.features);
    const isKnown = knownItems(bundle);
    const rows = opened.ids.ids.flatMap((id, row) => (isKnown(String(id)) ? [] : [row]));
    const known = opened.ids.size - rows.length;
    const selected = Object.fromEntries(
      Object.entries(opened.features).map(([name, source]) => [name, chosenRows(source, rows)]),
    );
    const folded = await foldInItems(model, selected);
    const without = new Set(folded.empty);
    const kept = [...rows.keys()].filter((row) => !without.has(row));
    if (kept.length === 0) {
      throw new WellbegunError("invalid-data", {
        doing,
        expected: "items with content that the bundle does not have",
        found: `${known} that it has, and ${without.size} without content`,
        at: folder,
      });
    }
    const { columns } = folded.items;
    const data = new Float32Array(kept.length * columns);
    for (const [to, row] of kept.entries()) {
      data.set(folded.items.data.subarray(row * columns, (row + 1) * columns), to * columns);
    }
    const missing = Object.fromEntries(
      Object.entries(folded.missing).map(([name, number]) => [name, number - without.size]),
    );
    const features: Record<string, unknown> = {};
    for (const [name, source] of Object.entries(selected)) {
      features[name] = await identifyFeatures(source, () => createHash("sha256"), { signal: io.signal });
    }
    const counts = { placed: kept.length, known, missing, empty: without.size };
    const manifest = await writeTables(out, {
      ...output,
      signal: io.signal,
      tables: [{ name: "items", data, rows: kept.length, columns }],
      itemIds: kept.map((row) => opened.ids.ids[rows[row]!]!),
      manifest: {
        packages: packageVersions(),
        ...(bundle.manifest.control === undefined ? {} : { control: bundle.manifest.control }),
        placed: { bundle: bundle.manifestSha256, features, ...counts },
      },
    });
    const files: Record<string, number> = { [MANIFEST_FILE]: (await stat(join(out, MANIFEST_FILE))).size };
    for (const [name, { bytes }] of Object.entries(manifest.files)) files[name] = bytes;
    return { features: folder, bundle: bundlePath, out, ...counts, files };
  });
}

/** The bundle's initializer, if it takes content. */
async function initializerOf({ folder, manifest }: Bundle): Promise<UserFolder> {
  const refuse = (expected: string, found: string, hint: string): never => {
    throw new WellbegunError("unavailable", { doing, expected, found, at: folder, hint });
  };
  if (manifest.files[INITIALIZER_FILE] === undefined) {
    return refuse(
      `a bundle with ${INITIALIZER_FILE}`,
      "one without",
      "init and recommend write it, and train for models that fold in; controls have none.",
    );
  }
  const model = readInitializer(await readFile(join(folder, INITIALIZER_FILE)));
  if (Object.keys(model.contentWidths).length > 0) return model;
  return refuse(
    "a model that places items by their content",
    "one without a way from content to its items",
    "Take a bundle of init, of recommend with features and without --fill-cold, or of train (alignrec, freedom, vbpr).",
  );
}

/** Whether the bundle has an item, by the text of its ID; row numbers where it has no IDs. */
function knownItems({ itemIds, itemCount = 0 }: Bundle): (id: string) => boolean {
  if (itemIds === undefined) return (id) => /^(0|[1-9]\d*)$/.test(id) && Number(id) < itemCount;
  const known = new Set(itemIds);
  return (id) => known.has(id);
}

/** @throws {WellbegunError} `mismatch` where both sides name an encoder, and these differ. */
function expectSameEncoders({ manifest }: Bundle, features: Readonly<Record<string, FeatureSource>>): void {
  for (const [modality, { encoder: found }] of Object.entries(features)) {
    const own = manifest.input?.features[modality]?.encoder;
    const difference = own === undefined || found === undefined ? undefined : encoderDifference(own, found);
    if (difference === undefined) continue;
    throw new WellbegunError("mismatch", {
      doing,
      expected: `vectors of the encoder ${own!.name}, as in the bundle`,
      found: `those of ${found!.name} (${difference})`,
      at: `features of modality ${modality}`,
    });
  }
}

/** Some rows of features, ascending, as features. */
function chosenRows(source: FeatureSource, rows: readonly number[]): FeatureSource {
  const ids: readonly Id[] | undefined = source.ids?.ids;
  return {
    ...source,
    rows: rows.length,
    ids: ids && new IdIndex(rows.map((row) => ids[row]!)),
    missing: source.missing && Uint8Array.from(rows, (row) => source.missing![row]!),
    read: async (first, count, into) => {
      const { columns } = source;
      for (let r = 0; r < count; ) {
        const from = rows[first + r]!;
        let length = 1;
        while (r + length < count && rows[first + r + length] === from + length) length++;
        await source.read(from, length, into.subarray(r * columns, (r + length) * columns));
        r += length;
      }
    },
  };
}
