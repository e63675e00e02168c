import { createHash } from "node:crypto";
import { appendFile, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { ioFailure } from "./io-failure.ts";

/** What is known of an encoded block, besides its vectors. */
export interface BlockRecord {
  readonly modality: string;
  readonly index: number;
  readonly rows: number;
  /** SHA-256 of what was encoded. */
  readonly content: string;
  /** SHA-256 of the block's vectors as they are in its file. */
  readonly sha256: string;
  /** Rows of the block without a vector, and why. */
  readonly failures: readonly { readonly row: number; readonly reason: string }[];
  /** Contents that were longer than the model takes. */
  readonly truncated: number;
}

const JOB_FILE = "job.json";
const LOG_FILE = "blocks.jsonl";

/**
 * The blocks of a run, in a folder beside the output, so that a run that was killed goes on where it stopped. A block counts once its
 * file is on the disk and its line, with the file's hash, is in the log.
 */
export class BlockStore {
  readonly folder: string;
  readonly #records: Map<string, BlockRecord> = new Map();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Opens the folder of a run, new or left by an earlier run of the same job.
   *
   * @param job What determines the vectors besides the content: columns, encoders, type. Equal jobs go on, others are refused.
   * @param restart Discards what another run has left.
   * @throws {WellbegunError} `mismatch` if the folder holds vectors of another job; `io`.
   */
  static async open(folder: string, job: unknown, restart: boolean): Promise<BlockStore> {
    const text = `${JSON.stringify(job, null, 2)}\n`;
    if (restart) await rm(folder, { recursive: true, force: true });
    const store = new BlockStore(folder);
    try {
      await mkdir(folder, { recursive: true });
      const known = await readFile(join(folder, JOB_FILE), "utf8").catch(() => undefined);
      if (known !== undefined) await store.#readLog();
      if (known !== text && store.#hasVectors()) throw otherJob(folder);
      if (known !== text) await store.#begin(text);
    } catch (cause) {
      throw ioFailure("opening the folder of unfinished blocks", folder, cause);
    }
    return store;
  }

  /** A finished block of the same content whose file is whole; undefined if it must be computed. */
  async find(modality: string, index: number, content: string): Promise<BlockRecord | undefined> {
    const record = this.#records.get(keyOf(modality, index));
    if (record?.content !== content) return undefined;
    const bytes = await readFile(this.#path(modality, index)).catch(() => undefined);
    return bytes !== undefined && hashOf(bytes) === record.sha256 ? record : undefined;
  }

  /** Keeps the vectors of a block, little-endian float32 or float16. */
  async keep(bytes: Uint8Array, parts: Omit<BlockRecord, "sha256">): Promise<BlockRecord> {
    const path = this.#path(parts.modality, parts.index);
    try {
      const file = await open(path, "w");
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      const record: BlockRecord = { ...parts, sha256: hashOf(bytes) };
      await appendFile(join(this.folder, LOG_FILE), `${JSON.stringify(record)}\n`);
      this.#records.set(keyOf(parts.modality, parts.index), record);
      return record;
    } catch (cause) {
      throw ioFailure("keeping a block of vectors", path, cause);
    }
  }

  /** The vectors of a kept block as they are in its file. */
  async read(modality: string, index: number): Promise<Uint8Array> {
    const path = this.#path(modality, index);
    return await readFile(path).catch((cause: unknown) => {
      throw ioFailure("reading a block of vectors", path, cause);
    });
  }

  /** Removes the folder, when the output is in its place. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whether any content was encoded: blocks in which nothing could be are no loss. */
  #hasVectors(): boolean {
    return [...this.#records.values()].some(({ rows, failures }) => failures.length < rows);
  }

  /** Begins a job in an empty folder. */
  async #begin(job: string): Promise<void> {
    await this.remove();
    await mkdir(this.folder, { recursive: true });
    await writeJob(this.folder, job);
    this.#records.clear();
  }

  /** A line that a killed run left unfinished ends the log; one that is damaged counts for nothing. */
  async #readLog(): Promise<void> {
    const log = await readFile(join(this.folder, LOG_FILE), "utf8").catch(() => "");
    const whole = log.slice(0, log.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n").filter((one) => one !== "")) {
      const record = recordOf(line);
      if (record !== undefined) this.#records.set(keyOf(record.modality, record.index), record);
    }
    if (whole.length < log.length) await writeFile(join(this.folder, LOG_FILE), whole);
  }

  #path(modality: string, index: number): string {
    return join(this.folder, `${modality}-${index}.block`);
  }
}

function keyOf(modality: string, index: number): string {
  return `${modality}/${index}`;
}

function recordOf(line: string): BlockRecord | undefined {
  try {
    return JSON.parse(line) as BlockRecord;
  } catch {
    return undefined;
  }
}

/** Writes the job as a whole: a run that is killed meanwhile leaves none. */
async function writeJob(folder: string, text: string): Promise<void> {
  const path = join(folder, JOB_FILE);
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function otherJob(folder: string): WellbegunError {
  return new WellbegunError("mismatch", {
    doing: "going on with an unfinished run",
    expected: "the same columns, encoders and type",
    found: "blocks of another run",
    at: folder,
    hint: "--restart discards them.",
  });
}
