import { createRandom, type Random } from "@wellbegun/core/support";
import type { Catalog } from "./catalog.ts";
import type { Degrees } from "./degrees.ts";
import type { ResolvedOptions } from "./options.ts";
import { shuffle, WeightedSampler } from "./sampling.ts";

// Share of a user's items that are drawn by popularity alone.
const EXPLORATION = 0.15;
// Number of draws of items that the user already has, after which the next free item is taken.
const PATIENCE = 64;

/** Interactions as parallel arrays, by user and then by item. */
export interface Histories {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  /** 0 train, 1 validation, 2 test. */
  readonly labels: Uint8Array;
}

/**
 * Draws every user's items without repetition: a user has one to three tastes, weighted 1 : 1/2 : 1/3; an item is
 * drawn from one of these by its popularity, or now and then from the whole catalog.
 */
export function drawHistories(options: ResolvedOptions, catalog: Catalog, degrees: Degrees): Histories {
  const { tastes, popularity } = catalog;
  const random = createRandom(options.seed, "histories");
  const everything = new WeightedSampler(Uint32Array.from(tastes.keys()), popularity);
  const byTaste = membersOf(tastes, options.tastes).map(
    (members) => new WeightedSampler(members, popularity),
  );

  let total = 0;
  for (let u = 0; u < options.users; u++) total += degrees.train[u]! + 2 * degrees.heldOut[u]!;
  const users = new Uint32Array(total);
  const items = new Uint32Array(total);
  const labels = new Uint8Array(total);

  // owner[i] is u + 1 while user u is drawn and has item i; label[i] is then that row's label.
  const owner = new Uint32Array(options.items);
  const label = new Uint8Array(options.items);
  let row = 0;
  for (let u = 0; u < options.users; u++) {
    const heldOut = degrees.heldOut[u]!;
    const drawn = items.subarray(row, row + degrees.train[u]! + 2 * heldOut);
    const own = drawTastes(everything, tastes, random).map((taste) => byTaste[taste]!);
    for (let d = 0; d < drawn.length; d++) {
      const item = drawNew(own, everything, owner, u + 1, random);
      owner[item] = u + 1;
      drawn[d] = item;
    }
    // Shuffled before the split: items drawn first are more popular than items drawn last.
    shuffle(drawn, random);
    drawn.forEach((item, d) => {
      label[item] = d < heldOut ? 1 : d < 2 * heldOut ? 2 : 0;
    });
    drawn.sort();
    for (const item of drawn) {
      users[row] = u;
      labels[row++] = label[item]!;
    }
  }
  return { users, items, labels };
}

function membersOf(tastes: Int32Array, count: number): Uint32Array[] {
  const members: number[][] = Array.from({ length: count }, () => []);
  tastes.forEach((taste, item) => {
    members[taste]!.push(item);
  });
  return members.map((list) => Uint32Array.from(list));
}

/**
 * One to three tastes of a user, the strongest first. They are the tastes of items drawn by popularity, so that
 * popularity remains a power law.
 */
function drawTastes(everything: WeightedSampler, tastes: Int32Array, random: Random): number[] {
  const count = 1 + random.integer(3);
  const drawn = new Set<number>();
  for (let d = 0; d < count; d++) drawn.add(tastes[everything.draw(random)]!);
  return [...drawn];
}

function drawNew(
  own: readonly WeightedSampler[],
  everything: WeightedSampler,
  owner: Uint32Array,
  user: number,
  random: Random,
): number {
  for (let attempt = 0; attempt < PATIENCE; attempt++) {
    // For a user that has exhausted its tastes, the later half of the attempts draws from the whole catalog.
    const explores = attempt >= PATIENCE / 2 || random.uniform() < EXPLORATION;
    const item = (explores ? everything : pickTaste(own, random)).draw(random);
    if (owner[item] !== user) return item;
  }
  let item = random.integer(owner.length);
  while (owner[item] === user) item = (item + 1) % owner.length;
  return item;
}

/** Tastes in the proportion 1 : 1/2 : 1/3. */
function pickTaste(own: readonly WeightedSampler[], random: Random): WeightedSampler {
  let total = 0;
  for (let t = 0; t < own.length; t++) total += 1 / (t + 1);
  let target = random.uniform() * total;
  let taste = 0;
  while (taste < own.length - 1) {
    target -= 1 / (taste + 1);
    if (target < 0) break;
    taste++;
  }
  return own[taste]!;
}
