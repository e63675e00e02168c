import { createHash } from "node:crypto";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FEATURE_MANIFEST_FILE, type FeatureManifest, identifyFeatures } from "@wellbegun/adapters/bundle";
import {
  checkOutputFolder,
  discardUnfinished,
  HashedFile,
  ioError,
  openFeatureFolder,
  readMmrecDataset,
  writeFolder,
} from "@wellbegun/adapters/node";
import { encodeNpyHeader } from "@wellbegun/adapters/npy";
import { type FeatureSource, type Observer, resolveBackend } from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import {
  type PretrainEpoch,
  type PretrainedSpace,
  pretrain,
  pretrainingMemory,
  readPretrainedSpace,
} from "@wellbegun/train";
import { trainingCandidates } from "../../shared/backends/candidates.ts";
import { expectMemory } from "../../shared/expect-memory.ts";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { packageVersion, packageVersions } from "../../shared/versions.ts";
import type { PretrainSettings } from "./options.ts";

/** What `pretrain` did, as data: the object that `--json` prints. */
export interface PretrainResult {
  readonly dataset: string;
  readonly out: string;
  /** The output whose space was used; null where one was learned. */
  readonly space: string | null;
  readonly items: number;
  /** Items without any modality. */
  readonly missing: number;
  readonly modalities: readonly string[];
  readonly options: PretrainedSpace["options"];
  readonly report: PretrainedSpace["report"];
  /** Loss of the held-out items, at the epoch that was kept. */
  readonly heldOut: number;
  /** The folder's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

const MANIFEST = "pretrain.json";
const SPACE = "space.bin";
const FORMAT = "wellbegun-pretrained";

/** load, learn, transform, export: the whole of `pretrain`, without its printing. */
export async function runPretrain(
  folder: string,
  out: string,
  settings: PretrainSettings,
  observer: Observer & { readonly onEpoch?: (epoch: PretrainEpoch) => void },
  io: Io,
): Promise<PretrainResult> {
  io.atExit?.(discardUnfinished);
  const { space: given, force } = settings;
  const place = {
    overwrite: namedAgain(out, force) ? out : force,
    own: ownFiles,
    inputs: [folder, ...(given === undefined ? [] : [given])],
  };
  await checkOutputFolder(out, place);
  const opened = await openContent(folder, settings.modalities);
  return await whileOpen(async (onClose) => {
    onClose(() => opened.close());
    const space =
      given === undefined ? await learn(opened.features, settings, observer) : await readSpace(given);
    const unified = await space.transform(opened.features);
    const inputs: Record<string, unknown> = {};
    for (const [name, source] of Object.entries(opened.features)) {
      inputs[name] = await identifyFeatures(source, () => createHash("sha256"), { signal: observer.signal });
    }
    const files: Record<string, { readonly bytes: number; readonly sha256: string }> = {};
    const { options, report } = space;
    await writeFolder(out, { ...place, signal: observer.signal }, async (staging) => {
      const write = async (name: string, ...chunks: readonly Uint8Array[]): Promise<void> => {
        const file = await HashedFile.create(join(staging, name), join(out, name));
        try {
          for (const chunk of chunks) await file.write(chunk);
          files[name] = await file.finish();
        } catch (error) {
          await file.abandon();
          throw error;
        }
      };
      const { rows, columns, missing } = unified;
      const values = new Float32Array(rows * columns);
      await unified.read(0, rows, values);
      const shape = [rows, columns] as const;
      await write("unified_feat.npy", encodeNpyHeader("float32", shape), new Uint8Array(values.buffer));
      if (missing !== undefined) await write("unified_missing.npy", encodeNpyHeader("bool", [rows]), missing);
      // With it, init and train record which space the vectors are of, and place refuses those of another.
      const known: FeatureManifest = {
        format: "wellbegun-features",
        version: 1,
        modalities: {
          unified: {
            shape,
            dtype: "float32",
            missing: countOf(missing),
            truncated: 0,
            columns: Object.keys(opened.features),
            encoder: unified.encoder!,
          },
        },
        files: { ...files },
      };
      await write(FEATURE_MANIFEST_FILE, jsonBytes(known));
      await write(SPACE, await space.toBytes());
      for (const name of opened.alongside) await copy(join(folder, name), join(staging, name));
      const packages = { ...packageVersions(), "@wellbegun/train": packageVersion("@wellbegun/train") };
      const manifest = { format: FORMAT, version: 1, packages, options, report, input: inputs, files };
      await write(MANIFEST, jsonBytes({ ...manifest, alongside: opened.alongside }));
    });
    return {
      dataset: folder,
      out,
      space: given ?? null,
      items: unified.rows,
      missing: countOf(unified.missing),
      modalities: Object.keys(opened.features),
      options,
      report,
      heldOut: space.curve[report.bestEpoch - 1]!.heldOut,
      files: Object.fromEntries(Object.entries(files).map(([name, { bytes }]) => [name, bytes])),
    };
  });
}

function countOf(mask: Uint8Array | undefined): number {
  return mask?.reduce((sum, one) => sum + one, 0) ?? 0;
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

async function learn(
  features: Readonly<Record<string, FeatureSource>>,
  { dim, batch, lr, backend: name, ...settings }: PretrainSettings,
  observer: Observer & { readonly onEpoch?: (epoch: PretrainEpoch) => void },
): Promise<PretrainedSpace> {
  const { hidden, contrast, similarity, epochs, patience, seed } = settings;
  const options = {
    ...{ dimensions: dim, batchSize: batch, learningRate: lr },
    ...{ hidden, contrast, similarity, epochs, patience, seed },
  };
  expectMemory(pretrainingMemory(features, options), undefined, {
    doing: "pretraining",
    of: `the features of ${Object.keys(features).join(", ")}`,
    hint: "Take fewer columns (--dim), or fewer modalities (--modalities).",
  });
  const { backend } = await resolveBackend(name ?? "auto", { candidates: trainingCandidates });
  return await whileOpen(async (onClose) => {
    onClose(() => backend.dispose());
    return await pretrain(features, {
      ...options,
      backend,
      signal: observer.signal,
      onEpoch: observer.onEpoch,
    });
  });
}

async function readSpace(folder: string): Promise<PretrainedSpace> {
  const path = join(folder, SPACE);
  const bytes = await readFile(path).catch((cause) => {
    throw ioError("reading a pretrained space", "a folder that pretrain wrote", path, cause);
  });
  return readPretrainedSpace(bytes, path);
}

interface Content {
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** Files that make the output a dataset: interactions and item IDs. */
  readonly alongside: readonly string[];
  close(): Promise<void>;
}

/** The features of a dataset in MMRec's layout, or of a folder that `embed` wrote. */
async function openContent(folder: string, modalities: readonly string[] | undefined): Promise<Content> {
  const names = await readdir(folder).catch((cause) => {
    throw ioError("reading features", "a folder", folder, cause);
  });
  const tables = names.filter((name) => name.endsWith(".inter") && !name.startsWith("."));
  // Of several tables the one with the folder's name counts; the output has another name.
  const own = `${basename(resolve(folder))}.inter`;
  const kept = tables.includes(own) ? [own] : tables;
  const alongside = [...kept, ...names.filter((name) => name === "item_ids.txt")];
  // Item rows are what features have; IDs in the table are of no concern here.
  const opened =
    tables.length === 0 || names.includes("item_ids.txt")
      ? await openFeatureFolder(folder, modalities)
      : await readMmrecDataset(folder, { modalities });
  return { features: opened.features, alongside, close: () => opened.close() };
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((cause) => {
    throw ioError("writing a dataset", "to copy a file", from, cause);
  });
}

/** The files of an earlier output, which may be replaced unasked. */
async function ownFiles(folder: string): Promise<readonly string[]> {
  try {
    const { format, files, alongside } = JSON.parse(await readFile(join(folder, MANIFEST), "utf8"));
    return format === FORMAT ? [...Object.keys(files), ...alongside, MANIFEST] : [];
  } catch {
    return [];
  }
}
