import type { Computed } from "../protocol.ts";

/** How points are colored: a category for each point, with the name and color of each; or a value from 0 to 1. */
export interface Coloring {
  readonly name: string;
  readonly categories?: readonly { readonly name: string; readonly color: string }[];
  /** From the least to the largest value; for colorings by value. */
  readonly ramp?: readonly string[];
  /** One value for each point, users first: the category's number, or the value from 0 to 1. */
  readonly values: Float32Array;
}

const user = "#e8833a";
const item = "#14a394";
const none = "#8b8b98";
/** Colors that stay apart for people with color-vision deficiencies, as far as ten can; then they repeat. */
const palette = [
  "#4c9be8",
  "#e8833a",
  "#3fae5a",
  "#d65f8e",
  "#9a78d8",
  "#c9a227",
  "#14a394",
  "#d9534f",
  "#7c8ea6",
  "#a0643c",
];
const ramp = ["#5b6b8c", "#4c86a8", "#3ba39b", "#7fbf6a", "#e0c341", "#f28f3b"];

/** The colorings that a result has: by kind, by popularity, by modality, and by the clusters of each modality. */
export function coloringsOf(computed: Computed): readonly Coloring[] {
  const { users, labels, itemDegrees } = computed;
  const named = Object.entries(labels);
  const kinds: Coloring = {
    name: "users and items",
    categories: [
      { name: "users", color: user },
      { name: "items", color: item },
    ],
    values: pointValues(computed, () => 1),
  };
  const clusters = named.map(([modality, of]): Coloring => {
    const count = of.reduce((most, label) => Math.max(most, label), -1) + 1;
    const own = Array.from({ length: count }, (_, c) => ({
      name: `cluster ${c}`,
      color: palette[c % palette.length]!,
    }));
    const rest = { name: named.length > 1 ? `users, or without ${modality}` : "users", color: none };
    return {
      name: `clusters of ${modality}`,
      categories: [rest, ...own],
      values: pointValues(computed, (row) => of[row]! + 1),
    };
  });
  const has = (row: number): number =>
    named.reduce((sum, [, of], m) => sum + (of[row]! >= 0 ? 2 ** m : 0), 0);
  const modality: Coloring = {
    name: "modality",
    categories: [{ name: "users", color: none }, ...combinations(named.map(([name]) => name))],
    values: pointValues(computed, (row) => has(row) + 1),
  };
  const all = [kinds, ...clusters, ...(named.length > 0 ? [modality] : [])];
  return itemDegrees.length === 0 ? all : [...all, popularity(computed, users)];
}

function popularity(computed: Computed, users: number): Coloring {
  const { itemDegrees, userDegrees } = computed;
  const values = pointValues(computed, (row) => Math.log1p(itemDegrees[row]!));
  for (let row = 0; row < users; row++) values[row] = Math.log1p(userDegrees[row]!);
  const most = values.reduce((largest, value) => Math.max(largest, value), 1e-9);
  return { name: "popularity", ramp, values: values.map((value) => value / most) };
}

/** Users have 0, items what `of` says. */
function pointValues({ users, items }: Computed, of: (row: number) => number): Float32Array {
  const values = new Float32Array(users + items);
  for (let row = 0; row < items; row++) values[users + row] = of(row);
  return values;
}

/** Every set of modalities that an item may have, the empty one first. */
function combinations(names: readonly string[]): { name: string; color: string }[] {
  return Array.from({ length: 2 ** names.length }, (_, set) => {
    const own = names.filter((_, m) => Math.floor(set / 2 ** m) % 2 === 1);
    return {
      name: own.length === 0 ? "items without a modality" : own.join(" and "),
      color: palette[set % palette.length]!,
    };
  });
}
