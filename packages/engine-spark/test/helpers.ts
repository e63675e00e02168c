import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Interactions, isWellbegunError, type Table } from "@wellbegun/core";
import { afterAll, expect } from "vitest";

/** A new empty folder that is removed in the end; to be called in a suite's body. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-spark-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes splits as a CSV log of rows `user,item,label`. */
export function writeLog(path: string, splits: Readonly<Record<string, Interactions | undefined>>): void {
  const lines = ["user,item,label"];
  for (const [label, split] of Object.entries(splits)) {
    if (split === undefined) continue;
    const { userIds, itemIds, offsets, items, userCount } = split;
    for (let user = 0; user < userCount; user++) {
      for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
        const item = items[e]!;
        lines.push(`${userIds?.ids[user] ?? user},${itemIds?.ids[item] ?? item},${label}`);
      }
    }
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
}

/** The largest distance of two rows of one ID, as a share of the second's norm. */
export function largestError(found: Table, expected: Table): number {
  let worst = 0;
  for (let row = 0; row < expected.rows; row++) {
    const id = expected.ids?.ids[row] ?? row;
    const own = found.row(found.ids === undefined ? id : String(id));
    const other = expected.row(id);
    let [distance, norm] = [0, 0];
    for (let c = 0; c < other.length; c++) {
      distance += (own[c]! - other[c]!) ** 2;
      norm += other[c]! ** 2;
    }
    worst = Math.max(worst, Math.sqrt(distance / Math.max(norm, 1e-30)));
  }
  return worst;
}

/** Awaits a rejection with a `WellbegunError` of the code, whose message holds every part. */
export async function expectFailure(
  action: Promise<unknown>,
  code: string,
  ...parts: readonly string[]
): Promise<void> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isWellbegunError(error)) throw new Error(`expected a WellbegunError, got ${String(error)}`);
  for (const part of parts) expect(error.message).toContain(part);
  expect(error.code).toBe(code);
}
