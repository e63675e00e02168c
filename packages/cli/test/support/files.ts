import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** An empty folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-cli-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty folder that goes when all tests of a file have ended. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-cli-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** SHA-256 of every file in a folder and the folders below it, by path; links are not followed. */
export function treeHashes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const entries = names.map((name): [string, string] => {
    const status = lstatSync(join(folder, name));
    if (!status.isFile()) return [name, status.isDirectory() ? "folder" : "link"];
    return [name, sha256(readFileSync(join(folder, name)))];
  });
  return Object.fromEntries(entries);
}

/** SHA-256 of every file right in a folder, by name; hidden ones too. */
export function folderHashes(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, sha256(readFileSync(join(folder, name)))]));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An array as `.npy`, with its header made here, so that it can also lie. */
export function npyBytes(
  values: Float32Array | Int32Array,
  shape: readonly number[],
  descr: string = "<f4",
): Buffer {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const length = Math.ceil((11 + dictionary.length) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, " ");
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  header.write(dictionary, 10, "latin1");
  header.write("\n", header.length - 1, "latin1");
  return Buffer.concat([header, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}

/** A little-endian row-major `.npy` file, read without the packages under test. */
export function readNpy(path: string): { shape: number[]; data: Float32Array | Int32Array | Float64Array } {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const content = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length);
  const descr = /'descr': '([^']*)'/.exec(header)![1]!;
  if (descr === "<f4") return { shape, data: new Float32Array(content) };
  if (descr === "<f8") return { shape, data: new Float64Array(content) };
  if (descr === "<i4") return { shape, data: new Int32Array(content) };
  throw new Error(`${path}: ${descr}`);
}

/** A row of an `.inter` table: user, item, label. */
export type Row = readonly [user: number | string, item: number | string, label: number | string];

export interface SmallDataset {
  readonly rows: readonly Row[];
  /** Values by modality: items x columns. */
  readonly features: Readonly<Record<string, { readonly data: Float32Array; readonly columns: number }>>;
}

/** 8 users, 6 items, two modalities without any two rows alike; every split has rows. */
export function smallDataset(): SmallDataset {
  const rows: Row[] = [];
  for (let user = 0; user < 8; user++) {
    for (const step of [0, 1, 3]) rows.push([user, (user + step) % 6, 0]);
    rows.push([user, (user + 2) % 6, 1], [user, (user + 4) % 6, 2]);
  }
  return { rows, features: { audio: wave(6, 3, 1), image: wave(6, 5, 2) } };
}

/** Features without structure or repetition. */
export function wave(rows: number, columns: number, phase: number): { data: Float32Array; columns: number } {
  return {
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(phase + 1.7 * i)),
    columns,
  };
}

/** Writes a dataset in MMRec's layout; returns its folder. */
export function writeDataset(parent: string, name: string, dataset: SmallDataset): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "data.inter"), interText(dataset.rows));
  for (const [modality, { data, columns }] of Object.entries(dataset.features)) {
    writeFileSync(join(folder, `${modality}_feat.npy`), npyBytes(data, [data.length / columns, columns]));
  }
  return folder;
}

export function interText(rows: readonly Row[], header: string = "userID\titemID\tx_label"): string {
  return `${[header, ...rows.map((row) => row.join("\t"))].join("\n")}\n`;
}
