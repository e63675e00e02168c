import type { Kernel } from "./kernel.ts";

/**
 * Sets a bit for each excluded item of a user: users x words, 32 items in each word. One thread for each user
 * writes the user's words. Only entries `firstEntry ..`, which is where indices starts, are taken.
 */
export const exclusions: Kernel<
  "offsets" | "indices" | "bits",
  "users" | "words" | "firstEntry" | "entries"
> = {
  name: "exclusions",
  buffers: { offsets: "u32", indices: "u32", bits: "mut u32" },
  params: { users: "u32", words: "u32", firstEntry: "u32", entries: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let user = group * ${group}u + thread;
  if (user >= p.users) { return; }
  let begin = max(offsets[p.offsets + user], p.firstEntry) - p.firstEntry;
  let end = min(max(offsets[p.offsets + user + 1u], p.firstEntry) - p.firstEntry, p.entries);
  for (var e = begin; e < end; e++) {
    let item = indices[p.indices + e];
    bits[p.bits + user * p.words + item / 32u] |= 1u << (item % 32u);
  }
}
`,
};
