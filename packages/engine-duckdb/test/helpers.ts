import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ErrorCode, type Interactions, isWellbegunError } from "@wellbegun/core";
import { afterAll, expect } from "vitest";
import type { DuckdbModule } from "../src/index.ts";

/** A new empty folder that is removed in the end; to be called in a file's or suite's body, not in a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-engine-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `action`, which must fail with a typed error whose message holds every part. */
export async function expectFailure(
  action: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<void> {
  let error: unknown;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  if (!isWellbegunError(error)) throw new Error(`expected a WellbegunError, got ${String(error)}`);
  for (const part of parts) expect(error.message).toContain(part);
  expect(error.code).toBe(code);
}

/** Runs statements in a DuckDB of their own, to write files. */
export async function duckdbRun(duckdb: DuckdbModule, ...statements: readonly string[]): Promise<void> {
  const instance = await duckdb.DuckDBInstance.create(":memory:", {});
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** Interactions by raw ID: user, item and, where there are weights, weight. */
export function pairsOf(interactions: Interactions | undefined): string[] {
  if (interactions === undefined) return [];
  const { userCount, offsets, items, weights, userIds, itemIds } = interactions;
  const pairs: string[] = [];
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      const item = items[e]!;
      const ids = [userIds?.ids[user] ?? user, itemIds?.ids[item] ?? item];
      pairs.push([...ids, ...(weights === undefined ? [] : [weights[e]!])].join(" "));
    }
  }
  return pairs;
}
