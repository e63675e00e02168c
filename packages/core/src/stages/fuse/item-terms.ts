import type { Terms } from "../aggregate.ts";

/**
 * The terms of a modality's item table: an item's row is computed as that of a user with only this item, and an
 * item without the modality gets the mean item, as a user without such items does.
 */
export function itemTerms(items: number, clusters: number, missing: Uint8Array | undefined): Terms {
  if (missing === undefined) {
    const all = new Uint32Array(items + 1);
    for (let item = 0; item <= items; item++) all[item] = item;
    const local = { rows: items, columns: items, offsets: all, indices: all.subarray(0, items) };
    return { local, global: undefined };
  }
  const present = new Uint32Array(items + 1);
  const absent = new Uint32Array(items + 1);
  const indices = new Uint32Array(items);
  for (let item = 0; item < items; item++) {
    const here = missing[item] !== 1;
    if (here) indices[present[item]!] = item;
    present[item + 1] = present[item]! + Number(here);
    absent[item + 1] = absent[item]! + Number(!here);
  }
  const mean = new Uint32Array(absent[items]!).fill(clusters);
  return {
    local: { rows: items, columns: items, offsets: present, indices: indices.subarray(0, present[items]) },
    global: { rows: items, columns: clusters + 1, offsets: absent, indices: mean },
  };
}
