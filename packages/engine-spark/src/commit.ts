import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { JobPlan } from "./plan.ts";

/** A file that the job wrote. */
export interface JobFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The users of one partition, as the accepted attempt of its task reported them. */
export interface JobPart {
  readonly partition: number;
  readonly users: number;
  /** Pairs that were summed. */
  readonly pairs: number;
  readonly zeroRows: number;
  /** Sums of the rows' squared norms and norms, before scaling. */
  readonly squares: number;
  readonly norms: number;
  /** First and last user ID, as text. */
  readonly first: string;
  readonly last: string;
  /** users x dim float32, little-endian, without a header. */
  readonly vectors: JobFile;
  readonly ids: JobFile;
}

/** What `commit.json` holds: the parts that count. Files of failed attempts lie beside them and are not listed. */
export interface Commit {
  readonly plan: string;
  readonly spark: string;
  readonly userKind: "text" | "number";
  readonly users: number;
  readonly pairs: number;
  readonly usersWithUnknownItems: number;
  readonly degrees: JobFile;
  readonly parts: readonly JobPart[];
}

/** Name of the list of parts in the output folder of a job. */
export const COMMIT_FILE = "commit.json";

const DOING = "collecting a Spark job";

/**
 * Reads a job's commit list and checks that it is complete and belongs to the plan.
 *
 * @param planSha256 SHA-256 of the plan's file.
 * @throws {WellbegunError} `io` if it is not there, since the job has not finished; `format` if it is another file;
 * `mismatch` if it belongs to another plan, or its parts do not add up, overlap, or have other sizes.
 */
export async function readCommit(out: string, plan: JobPlan, planSha256: string): Promise<Commit> {
  const path = join(out, COMMIT_FILE);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const unreadable = cause instanceof SyntaxError;
    throw new WellbegunError(unreadable ? "format" : "io", {
      doing: DOING,
      expected: unreadable ? "JSON" : "the list of parts that the job writes at its end",
      found: cause instanceof Error ? cause.message : String(cause),
      at: path,
      hint: "Run the job first: spark-submit job.py in the job's folder.",
      cause,
    });
  }
  const commit = asCommit(value, path);
  expect(`the plan of SHA-256 ${planSha256}`, planSha256, commit.plan, `${path}, plan`);
  let users = 0;
  let pairs = 0;
  let partition = -1;
  for (const part of commit.parts) {
    const at = `${path}, partition ${part.partition}`;
    if (part.partition <= partition) throw mismatch("each partition once, in order", "it again", at);
    if (part.users < 1) throw mismatch("one or more users", `${part.users}`, at);
    expect("4 bytes a value", part.users * plan.dim * 4, part.vectors.bytes, at);
    for (const file of [part.vectors, part.ids]) await checkSize(out, file);
    partition = part.partition;
    users += part.users;
    pairs += part.pairs;
  }
  expect("users of all parts", commit.users, users, path);
  // The pairs were counted by item before the users were made, so this also finds a partition that is not listed.
  expect("pairs of all parts", commit.pairs, pairs, path);
  if (users === 0) throw mismatch("at least one user", "none", path);
  await checkSize(out, commit.degrees);
  return commit;
}

/** Reads a small file and compares its hash. */
export async function readChecked(out: string, { file, sha256 }: JobFile): Promise<Uint8Array> {
  const bytes = await readFile(join(out, file));
  expect(`SHA-256 ${sha256}`, sha256, createHash("sha256").update(bytes).digest("hex"), join(out, file));
  return bytes;
}

async function checkSize(out: string, { file, bytes }: JobFile): Promise<void> {
  const path = join(out, file);
  const status = await stat(path).catch((cause: unknown) => {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", {
      doing: DOING,
      expected: "a part that the job committed",
      found,
      at: path,
      cause,
    });
  });
  expect(`${bytes} bytes`, bytes, status.size, path);
}

function asCommit(value: unknown, path: string): Commit {
  const fail = (field: string, found: unknown): WellbegunError =>
    new WellbegunError("format", {
      doing: DOING,
      expected: `a commit list of a wellbegun job, with ${field}`,
      found: JSON.stringify(found) ?? "none",
      at: path,
    });
  if (!isRecord(value) || value.format !== "wellbegun-spark-commit" || value.version !== 1) {
    throw fail("format and version 1", isRecord(value) ? value.format : value);
  }
  for (const key of ["plan", "spark"]) if (typeof value[key] !== "string") throw fail(key, value[key]);
  if (value.userKind !== "text" && value.userKind !== "number") throw fail("userKind", value.userKind);
  for (const key of ["users", "pairs", "usersWithUnknownItems"]) {
    if (!isCount(value[key])) throw fail(key, value[key]);
  }
  if (!isFile(value.degrees)) throw fail("degrees", value.degrees);
  if (!Array.isArray(value.parts)) throw fail("parts", value.parts);
  for (const part of value.parts as unknown[])
    if (!isPart(part)) throw fail("parts with counts and files", part);
  return value as Record<string, unknown> & Commit;
}

function isPart(part: unknown): boolean {
  return (
    isRecord(part) &&
    ["partition", "users", "pairs", "zeroRows"].every((key) => isCount(part[key])) &&
    ["squares", "norms"].every((key) => Number.isFinite(part[key])) &&
    ["first", "last"].every((key) => typeof part[key] === "string") &&
    isFile(part.vectors) &&
    isFile(part.ids)
  );
}

/** Whether a value lists a file that lies in the output's own folders. */
function isFile(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.file === "string" &&
    /^(parts\/)?[\w-]+\.(f32|txt|npy)$/.test(value.file) &&
    typeof value.sha256 === "string" &&
    isCount(value.bytes)
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expect(what: string, expected: number | string, found: number | string, at: string): void {
  if (expected !== found) throw mismatch(`${what}: ${expected}`, `${found}`, at);
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at });
}
