import fc from "fast-check";
import {
  denseFeatures,
  type FeatureSource,
  type FitInput,
  type Interactions,
  interactionsFromArrays,
} from "../../src/index.ts";
import { numbers } from "./numbers.ts";

/** An item of a history. */
export interface Touch {
  readonly item: number;
  readonly weight: number;
}

/** A dataset as plain rows, for the second implementation, and to be permuted or edited. */
export interface PlainData {
  readonly itemCount: number;
  /** The items of each user, in any order, each once. */
  readonly histories: readonly (readonly Touch[])[];
  /** Rows of each modality; null for an item without it. */
  readonly features: Readonly<Record<string, readonly (readonly number[] | null)[]>>;
}

/** Size and kind of a random dataset. */
export interface Shape {
  readonly users: number;
  readonly items: number;
  /** Width by modality. */
  readonly widths: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Whether interactions have weights other than 1. Default: false. */
  readonly weighted?: boolean;
  /** Share of the items that lack a modality. Default: 0. */
  readonly missing?: number;
  /** Energy of each feature column relative to the one before. Default: 1; less sets principal axes apart. */
  readonly decay?: number;
}

/**
 * A random dataset: up to six items a user (sometimes none, so that fallbacks are met; user 0 always has some), and
 * features around a few centers.
 */
export function randomData(shape: Shape): PlainData {
  const { users, items, widths, weighted = false, missing = 0, decay = 1 } = shape;
  const random = numbers(shape.seed);
  const histories = Array.from({ length: users }, (_, user) => {
    const count = Math.max(user === 0 ? 1 : 0, Math.min(random.below(7), items));
    const chosen = random.permutation(items).slice(0, count);
    return chosen.map((item) => ({ item, weight: weighted ? Math.fround(0.25 + 2 * random.uniform()) : 1 }));
  });
  const features: Record<string, (number[] | null)[]> = {};
  for (const [modality, width] of Object.entries(widths)) {
    const centers = Array.from({ length: 4 }, () => Array.from({ length: width }, () => 2 * random.normal()));
    features[modality] = Array.from({ length: items }, (_, item) => {
      // Items 0 to 5 always have everything, so that every modality can be clustered.
      if (item > 5 && random.uniform() < missing) return null;
      const center = centers[random.below(4)]!;
      return center.map((value, c) => Math.fround((value + random.normal()) * decay ** c + 0.5));
    });
  }
  return { itemCount: items, histories, features };
}

/** The interactions of some histories, with weights if any differs from 1. */
export function toInteractions(histories: PlainData["histories"], itemCount: number): Interactions {
  const touches = histories.flatMap((history, user) => history.map((touch) => ({ user, ...touch })));
  return interactionsFromArrays({
    users: touches.map(({ user }) => user),
    items: touches.map(({ item }) => item),
    weights: touches.some(({ weight }) => weight !== 1) ? touches.map(({ weight }) => weight) : undefined,
    userCount: histories.length,
    itemCount,
  });
}

/** The dataset as core takes it. What stands in a missing row is NaN, which must never be looked at. */
export function toInput(data: PlainData): FitInput {
  const features: Record<string, ReturnType<typeof denseFeatures>> = {};
  for (const [modality, rows] of Object.entries(data.features)) {
    const width = rows.find((row) => row !== null)!.length;
    const values = Float32Array.from(rows.flatMap((row) => row ?? new Array<number>(width).fill(Number.NaN)));
    const missing = Uint8Array.from(rows, (row) => (row === null ? 1 : 0));
    features[modality] = denseFeatures(values, rows.length, width, {
      missing: missing.includes(1) ? missing : undefined,
    });
  }
  return { train: toInteractions(data.histories, data.itemCount), features };
}

/** Shapes of small datasets with two modalities, for fast-check. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  users: fc.integer({ min: 1, max: 24 }),
  items: fc.integer({ min: 8, max: 40 }),
  widths: fc.record({ image: fc.integer({ min: 2, max: 7 }), audio: fc.integer({ min: 2, max: 5 }) }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  weighted: fc.boolean(),
  missing: fc.constantFrom(0, 0, 0.3),
});

/** The same cases on every run. */
export const seeded = { seed: 20_260_614, numRuns: 40 } as const;

/** The same features, with a count of the rows that are read. */
export function countingRows(source: FeatureSource): { readonly source: FeatureSource; rowsRead(): number } {
  let rows = 0;
  const read: FeatureSource["read"] = (firstRow, count, into) => {
    rows += count;
    return source.read(firstRow, count, into);
  };
  return { source: { ...source, read }, rowsRead: () => rows };
}
