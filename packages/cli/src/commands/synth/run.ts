import { type FileHandle, open, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
  checkOutputFolder,
  discardUnfinished,
  ioError,
  syncFile,
  writeFolder,
} from "@wellbegun/adapters/node";
import { encodeNpyHeader } from "@wellbegun/adapters/npy";
import type { FeatureSource, Observer } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import {
  generateDataset,
  type PresetName,
  presets,
  type SyntheticDataset,
  type SyntheticOptions,
} from "@wellbegun/synthetic";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { packageVersion } from "../../shared/versions.ts";

/** What to generate: a named shape, and what differs from it. */
export interface SynthSettings {
  readonly preset?: PresetName;
  readonly users?: number;
  readonly items?: number;
  readonly interactions?: number;
  /** Width of each modality by name. */
  readonly modalities?: Readonly<Record<string, number>>;
  readonly seed?: number;
  readonly force?: boolean | string;
}

/** What was written, as data: the object that `--json` prints. */
export interface SynthResult {
  readonly synthetic: true;
  readonly out: string;
  readonly options: SyntheticDataset["options"];
  readonly users: number;
  readonly items: number;
  readonly interactions: { readonly train: number; readonly validation: number; readonly test: number };
  /** The folder's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** Says in a dataset's folder that it is synthetic, and from what it was made. */
const MARKER = "synthetic.json";
const BLOCK_VALUES = 1 << 20;

/**
 * Writes a synthetic dataset in MMRec's layout, as a whole or not at all; features are generated as they are written,
 * block by block.
 */
export async function synthesize(
  out: string,
  settings: SynthSettings,
  observer: Observer,
  io: Io,
): Promise<SynthResult> {
  io.atExit?.(discardUnfinished);
  const place = { overwrite: namedAgain(out, settings.force) ? out : settings.force, own: ownFiles };
  await checkOutputFolder(out, place);
  const dataset = generateDataset(syntheticOptions(settings));
  const table = `${basename(resolve(out))}.inter`;
  const files: Record<string, number> = {};
  await writeFolder(out, { ...place, signal: observer.signal }, async (folder) => {
    const write = async (name: string, chunks: Chunks): Promise<void> => {
      files[name] = await writeChunks(join(folder, name), join(out, name), chunks, observer);
    };
    await write(table, interRows(dataset));
    for (const source of Object.values(dataset.features))
      await write(`${source.label}_feat.npy`, npyChunks(source, observer));
    const names = [...Object.keys(files), MARKER];
    await write(MARKER, [encode(markerText(dataset, names))]);
  });
  const ofLabel = (label: number): number =>
    dataset.log.labels.reduce((sum, found) => sum + (found === label ? 1 : 0), 0);
  return {
    synthetic: true,
    out,
    options: dataset.options,
    users: dataset.options.users,
    items: dataset.options.items,
    interactions: { train: ofLabel(0), validation: ofLabel(1), test: ofLabel(2) },
    files,
  };
}

function syntheticOptions({
  preset,
  users,
  items,
  interactions,
  modalities,
  seed,
}: SynthSettings): SyntheticOptions {
  const shape: SyntheticOptions = preset === undefined ? {} : presets[preset];
  const given = {
    users,
    items,
    // A shape's interactions belong to its users: fewer users have fewer.
    interactions:
      interactions ?? (users === undefined && items === undefined ? shape.interactions : undefined),
    modalities:
      modalities === undefined
        ? undefined
        : Object.entries(modalities).map(([name, width]) => ({ name, width })),
    seed,
  };
  return {
    ...shape,
    interactions: undefined,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

function* interRows({ log: { users, items, labels } }: SyntheticDataset): Generator<Uint8Array> {
  yield encode("userID\titemID\tx_label\n");
  const batch = 1 << 14;
  for (let first = 0; first < users.length; first += batch) {
    const lines: string[] = [];
    for (let e = first; e < Math.min(first + batch, users.length); e++) {
      lines.push(`${users[e]}\t${items[e]}\t${labels[e]}\n`);
    }
    yield encode(lines.join(""));
  }
}

async function* npyChunks(source: FeatureSource, observer: Observer): AsyncGenerator<Uint8Array> {
  const { rows, columns, label = "features" } = source;
  yield encodeNpyHeader("float32", [rows, columns]);
  const height = Math.max(1, Math.floor(BLOCK_VALUES / columns));
  const block = new Float32Array(Math.min(rows, height) * columns);
  for (let first = 0; first < rows; first += height) {
    const count = Math.min(height, rows - first);
    const part = block.subarray(0, count * columns);
    await source.read(first, count, part);
    yield littleEndian(part);
    observer.onProgress?.({ stage: "export", modality: label, done: first + count, total: rows });
  }
}

/** The bytes of float32 values as `.npy` wants them. */
function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  if (new Float32Array(Uint8Array.of(0, 0, 128, 63).buffer)[0] !== 1) {
    for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function writeChunks(path: string, label: string, chunks: Chunks, observer: Observer): Promise<number> {
  let file: FileHandle | undefined;
  let bytes = 0;
  try {
    file = await open(path, "wx");
    for await (const chunk of chunks) {
      throwIfAborted(observer, "writing a dataset");
      for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
      bytes += chunk.length;
    }
    await syncFile(file);
    return bytes;
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw ioError("writing a dataset", "to write all of it", label, cause);
  } finally {
    await file?.close();
  }
}

function markerText({ options }: SyntheticDataset, files: readonly string[]): string {
  const generator = { name: "@wellbegun/synthetic", version: packageVersion("@wellbegun/synthetic") };
  return `${JSON.stringify({ synthetic: true, generator, options, files }, null, 2)}\n`;
}

/** The files of an earlier synthetic dataset, which may be replaced unasked. */
async function ownFiles(folder: string): Promise<readonly string[]> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(folder, MARKER), "utf8"));
    const files = typeof marker === "object" && marker !== null && "files" in marker ? marker.files : [];
    return Array.isArray(files) ? files.map(String) : [];
  } catch {
    return [];
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
