import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type AbortSignalLike, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { encodeIds } from "../bundle/ids.ts";
import { ID_FILES, MANIFEST_FILE } from "../bundle/manifest.ts";
import type { BundleFile } from "../bundle/manifest-files.ts";
import { elementsToBytes } from "../formats/elements.ts";
import { encodeNpyHeader } from "../formats/npy-encode.ts";
import { parquetChunks } from "../parquet/encode.ts";
import { wholeTable } from "../vectors/batches.ts";
import { bundleVectors, type Vectors } from "../vectors/vectors.ts";
import { buildTable, formatWire, WIRE_FILE } from "../wire/artifact.ts";
import type { WirePlan } from "../wire/types.ts";
import { writeFolder } from "./atomic-folder.ts";
import { HashedFile, hashFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";
import type { OutputFolderOptions } from "./output-folder.ts";
import type { Bundle } from "./read-bundle.ts";

/** Options of {@link writeWire}. */
export interface WriteWireOptions {
  /**
   * `true` replaces an artifact even if its folder contains other files. A path, which must be the output's
   * own, replaces any content except the bundle. Default: `false`, which replaces only an empty folder, or an
   * artifact without other files.
   */
  readonly overwrite?: OutputFolderOptions["overwrite"];
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Folder of the Python package. Default: `python` of this package. A program that bundles this code must give
   * it.
   */
  readonly python?: string | undefined;
}

const optionNames = namesOf<WriteWireOptions>({ overwrite: true, signal: true, python: true });
const LOADER = "wellbegun";
const LAUNCHERS: readonly string[] = ["wellbegun_mmrec.py", "wellbegun_recbole.py", "wellbegun_train.py"];

/**
 * Writes the artifact for one model, atomically: its tables in the codebase's row order, the IDs if rows are
 * looked up by ID, `wire.json` with every file's SHA-256, and the Python files that load it.
 *
 * @returns The names of the files, without the Python ones.
 * @throws {WellbegunError} `invalid-option` if `out` must not be replaced, or holds a control's artifact where
 * this one is real, or the reverse, even with `overwrite`, or for an option that there is not; `io` if it cannot be written; `aborted`; and what
 * reading the bundle's tables throws.
 */
export async function writeWire(
  out: string,
  bundle: Bundle,
  plan: WirePlan,
  options: WriteWireOptions = {},
): Promise<readonly string[]> {
  refuseUnknownKeys("writing an artifact", options, optionNames);
  await refuseOtherControl(out, plan);
  const manifestSha256 = await hashFile(join(bundle.folder, MANIFEST_FILE));
  return writeFolder(out, { ...options, own: wireFiles, inputs: [bundle.folder] }, async (folder) => {
    const files: Record<string, BundleFile> = {};
    const write = async (
      name: string,
      parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
      about: Partial<BundleFile>,
    ): Promise<void> => {
      const file = await HashedFile.create(join(folder, name), join(out, name));
      try {
        for await (const part of parts) await file.write(part);
        files[name] = { ...(await file.finish()), ...about };
      } finally {
        await file.abandon();
      }
    };
    for (const parameter of plan.parameters) {
      throwIfAborted(options, "writing a wired artifact");
      const { data } = await bundle.readTable(parameter.from);
      if (!(data instanceof Float32Array)) throw notFloat(parameter.from);
      const shape = [data.length / parameter.columns, parameter.width];
      const table = buildTable(parameter, data, plan.rows[parameter.rows].order);
      const parts = [encodeNpyHeader("float32", shape), elementsToBytes(table)];
      await write(parameter.file, parts, { dtype: "float32", shape });
    }
    for (const { name, rows, from } of plan.files) {
      const vectors = scaledVectors(bundleVectors(bundle, from), plan.scaleFactor);
      const parts = name.endsWith(".parquet")
        ? parquetChunks(vectors, { fixedSize: false, signal: options.signal })
        : await npyParts(vectors, plan.rows[rows].order);
      await write(name, parts, { shape: [vectors.rows, vectors.columns] });
    }
    const idFiles: Record<"users" | "items", string | null> = { users: null, items: null };
    for (const side of ["users", "items"] as const) {
      const { ids } = plan.rows[side];
      if (ids === undefined) continue;
      idFiles[side] = ID_FILES[side];
      await write(ID_FILES[side], [encodeIds(ids, ID_FILES[side])], { shape: [ids.length] });
    }
    await copyLoader(folder, options.python ?? pythonFolder());
    const text = formatWire(plan, manifestSha256, idFiles, files, bundle.manifest.input?.train);
    await write(WIRE_FILE, [new TextEncoder().encode(text)], {});
    return Object.keys(files);
  });
}

/** The vectors, each value times a factor. */
function scaledVectors(vectors: Vectors, factor: number): Vectors {
  if (factor === 1) return vectors;
  return {
    ...vectors,
    async *blocks(rowsPerBlock, firstRow) {
      for await (const block of vectors.blocks(rowsPerBlock, firstRow)) {
        yield block.map((value) => factor * value);
      }
    },
  };
}

/** A `.npy` file of the vectors; row r is row `order[r]` of theirs. */
async function npyParts(vectors: Vectors, order: Uint32Array | undefined): Promise<Uint8Array[]> {
  const { rows, columns } = vectors;
  const data = await wholeTable(vectors, "writing a wired artifact");
  const table = order === undefined ? data : new Float32Array(data.length);
  order?.forEach((source, row) => {
    table.set(data.subarray(source * columns, (source + 1) * columns), row * columns);
  });
  return [encodeNpyHeader("float32", [rows, columns]), elementsToBytes(table)];
}

/** The folder of the Python package, at this package's root. */
function pythonFolder(): string {
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve("@wellbegun/adapters/package.json")),
      "python",
    );
  } catch (cause) {
    // A program bundled to CommonJS has no module URL, and another one may run where this package is not installed.
    throw new WellbegunError("invalid-option", {
      doing: "copying the Python loader",
      expected: "its folder, since this program is bundled without it",
      found: "none",
      at: "option python",
      cause,
    });
  }
}

/** Copies the Python package and its launchers, so that nothing has to be installed where training runs. */
async function copyLoader(folder: string, source: string): Promise<void> {
  try {
    await mkdir(join(folder, LOADER));
    const modules = (await readdir(join(source, LOADER))).filter((name) => /\.(py|typed)$/.test(name));
    for (const name of [...modules.map((module) => join(LOADER, module)), ...LAUNCHERS]) {
      await writeFile(join(folder, name), await readFile(join(source, name)));
    }
  } catch (cause) {
    throw ioError("copying the Python loader", "its files beside this package", source, cause);
  }
}

/** Throws if the folder's artifact is a control where the plan's is real, or the reverse. */
async function refuseOtherControl(out: string, plan: WirePlan): Promise<void> {
  const index = await readIndex(out);
  if (index === undefined || (index.control ?? null) === plan.control) return;
  const named = (control: unknown): string => (control === null ? "the real tables" : `control ${control}`);
  throw new WellbegunError("invalid-option", {
    doing: "writing a wired artifact",
    expected: `a folder without another artifact, for ${named(plan.control)}`,
    found: `an artifact of ${named(index.control ?? null)}`,
    at: out,
    hint: "A control and the real tables go into folders of their own names.",
  });
}

/** The index of the artifact in a folder; undefined if the folder has no readable index. */
async function readIndex(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const index: unknown = JSON.parse(await readFile(join(folder, WIRE_FILE), "utf8"));
    return typeof index === "object" && index !== null ? { ...index } : undefined;
  } catch {
    return undefined;
  }
}

/** Names of an artifact's files in a folder; empty if the folder has no artifact's index. */
export async function wireFiles(folder: string): Promise<readonly string[]> {
  // Without a readable index nothing shows that the folder is an artifact, so none of it may be replaced.
  const files = (await readIndex(folder))?.files;
  if (typeof files !== "object" || files === null) return [];
  // Python leaves a cache folder next to the code that it runs.
  return [WIRE_FILE, ...Object.keys(files), LOADER, ...LAUNCHERS, "__pycache__"];
}

function notFloat(name: string): WellbegunError {
  const parts = {
    doing: "writing a wired artifact",
    expected: "a float32 table",
    found: "another",
    at: name,
  };
  return new WellbegunError("mismatch", parts);
}
