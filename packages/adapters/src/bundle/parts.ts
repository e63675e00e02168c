import {
  type BundleFile,
  checkShape,
  failure,
  isLength,
  isPartName,
  isRecord,
  type TableShape,
} from "./manifest-files.ts";

/** One part of a file. */
export interface FilePart {
  /** The part's name among the manifest's files, such as `users/part-00000.npy`. */
  readonly file: string;
  /** Its first row, and the row after its last. */
  readonly rows: readonly [number, number];
}

/** A table, or a list of IDs, whose rows lie in several files. */
export interface PartedFile {
  /** A table's type; left out of a list of IDs. */
  readonly dtype?: TableShape["dtype"];
  /** Lengths of the whole: rows, then columns unless it has one dimension. */
  readonly shape: readonly number[];
  /** The parts in the order of their rows. Together they hold every row once. */
  readonly parts: readonly FilePart[];
}

/** The name of a part: `partName("users.npy", 3)` is `users/part-00003.npy`. */
export function partName(whole: string, part: number): string {
  const dot = whole.lastIndexOf(".");
  return `${whole.slice(0, dot)}/part-${String(part).padStart(5, "0")}${whole.slice(dot)}`;
}

/** The row ranges of parts of at most `rowsPerPart` rows. */
export function partRanges(rows: number, rowsPerPart: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(rows / rowsPerPart) }, (_, part) => [
    part * rowsPerPart,
    Math.min(rows, (part + 1) * rowsPerPart),
  ]);
}

/**
 * Checks that every parted file is complete: its parts are listed files of the right shape, their row ranges follow
 * each other without gap or overlap from row 0 to the last, and every listed part belongs to one of them.
 *
 * @throws {WellbegunError} `format` naming the file and the first fault.
 */
export function checkParts(
  parted: unknown,
  files: Readonly<Record<string, BundleFile>>,
  label: string,
): Readonly<Record<string, PartedFile>> {
  if (!isRecord(parted)) throw failure("the object parted", JSON.stringify(parted) ?? "none", label);
  const used = new Set<string>();
  for (const [whole, entry] of Object.entries(parted)) {
    const at = `${label}, parted ${JSON.stringify(whole)}`;
    if (Object.hasOwn(files, whole)) throw failure("a whole file or its parts", "both", at);
    for (const file of checkParted(whole, entry, files, at)) {
      if (used.has(file)) throw failure("each part once", `${file} twice`, at);
      used.add(file);
    }
  }
  for (const name of Object.keys(files)) {
    if (!isPartName(name) || used.has(name)) continue;
    throw failure("a parted file that names this part", "none", `${label}, file ${JSON.stringify(name)}`);
  }
  return parted as Readonly<Record<string, PartedFile>>;
}

/** Checks one parted file and returns the names of its parts. */
function checkParted(
  whole: string,
  entry: unknown,
  files: Readonly<Record<string, BundleFile>>,
  at: string,
): string[] {
  if (!isRecord(entry)) throw failure("an object with shape and parts", JSON.stringify(entry), at);
  const { dtype, shape, parts } = entry;
  if (/\.(npy|parquet)$/.test(whole)) checkShape(dtype, shape, at);
  else if (!Array.isArray(shape) || shape.length !== 1 || !isLength(shape[0])) {
    throw failure("a shape of one whole number", JSON.stringify(shape) ?? "none", at);
  }
  const [rows, ...columns] = shape as readonly number[];
  if (!Array.isArray(parts)) throw failure("a list of parts", JSON.stringify(parts) ?? "none", at);
  let next = 0;
  const names = parts.map((part: unknown, index) => {
    const where = `${at}, part ${index}`;
    const { file, rows: range } = isRecord(part) ? part : {};
    const [first, end] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : [];
    if (typeof file !== "string" || !isPartName(file) || file !== partName(whole, partNumber(file))) {
      throw failure(`the name of a part of ${whole}`, JSON.stringify(file) ?? "none", where);
    }
    if (first !== next || !isLength(end) || Number(end) <= next) {
      throw failure(`rows from ${next}, where the part before ends`, JSON.stringify(range) ?? "none", where);
    }
    const listed = files[file];
    if (listed === undefined) throw failure("a listed file", `${file}, which is not among the files`, where);
    const wanted = [dtype, [Number(end) - next, ...columns]];
    const found = [listed.dtype, listed.shape];
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw failure(`${file} of ${JSON.stringify(wanted)}`, JSON.stringify(found), where);
    }
    next = Number(end);
    return file;
  });
  if (next !== rows) throw failure(`parts of ${rows} rows in all`, `${next}`, at);
  return names;
}

function partNumber(file: string): number {
  return Number(/part-(\d+)/.exec(file)?.[1]);
}
