import { writeFileSync } from "node:fs";
import type { Interactions, Table } from "@wellbegun/core";

export { expectRefusal } from "../../../test-support/refusal.ts";
export { temporaryFolder } from "../../../test-support/temporary-folder.ts";

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
