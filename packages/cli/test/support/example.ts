import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { npyBytes, type Row, temporaryFolder, wave, writeDataset } from "./files.ts";

/** 120 users, 50 items, every split; whole-numbered tables, whose products are exact. */
export function example() {
  const [users, items] = [120, 50];
  const rows: Row[] = [];
  for (let u = 0; u < users; u++) {
    for (let step = 0; step < 1 + (u % 5); step++) rows.push([u, (u * 7 + step * step * 3) % items, 0]);
    rows.push([u, (u * 7 + 1) % items, 1], [u, (u * 7 + 5) % items, 2]);
  }
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", {
    rows,
    features: { image: wave(items, 6, 1), text: wave(items, 4, 3) },
  });
  const whole = (count: number, phase: number): Float32Array =>
    wave(count, 3, phase).data.map((v) => Math.round(4 * v));
  const tables = { users: whole(users, 5), items: whole(items, 9) };
  writeFileSync(join(folder, "u.npy"), npyBytes(tables.users, [users, 3]));
  writeFileSync(join(folder, "i.npy"), npyBytes(tables.items, [items, 3]));
  const score = (user: number, item: number): number =>
    [0, 1, 2].reduce((sum, c) => sum + tables.users[user * 3 + c]! * tables.items[item * 3 + c]!, 0);
  return { folder, dataset, rows, users, items, tables, score };
}
