import {
  createTable,
  denseFeatures,
  type FitOptions,
  fit,
  type Initializer,
  interactionsFromArrays,
  itemDegrees,
  TrainedInitializer,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import type { HistoryForm } from "../../src/export/index.ts";

const ITEMS = 40;
const USERS = 25;

/** An initializer to export, and what its options show. */
export interface ExportCase {
  readonly title: string;
  readonly initializer: Initializer;
}

/** Every normalization, lambda, scale, projection and way of combining, and smoothing, over items of which some lack a modality or both. */
export async function exportCases(): Promise<ExportCase[]> {
  const cases: ExportCase[] = [];
  const plans: FitOptions[] = [
    { project: "pca", dim: 4 },
    { project: "none", weights: { image: 0.5, text: 2 } },
    { project: "random", dim: 3, combine: "mean" },
    { project: "columns", dim: 3, combine: "weighted", weights: { image: 1, text: 3 } },
    // Not centered: the mean of all items would be rounding alone.
    { project: "pca", dim: 4, combine: "cca", prepare: "none" },
    { project: "pca", dim: 4, smooth: 1, damping: 0.5, prepare: "none" },
  ];
  for (const [index, plan] of plans.entries()) {
    for (const normalization of ["sym", "mean"] as const) {
      for (const scale of ["xavier", "items", "unit", "none"] as const) {
        const fitted = await fit(input(index), {
          ...plan,
          normalization,
          scale,
          clusters: 3,
          restarts: 1,
          lambda: 0.3,
        });
        for (const lambda of [0, 0.3, 1]) {
          const { project, combine = "concat", smooth = 0 } = plan;
          const axes = smooth > 0 ? `smoothed ${project}` : project;
          cases.push({
            title: `${axes}, ${combine}, ${normalization}, lambda ${lambda}, ${scale}`,
            initializer: fitted.initializer.withLambda(lambda),
          });
        }
      }
    }
  }
  return cases;
}

function input(seed: number): Parameters<typeof fit>[0] {
  const random = createRandom(seed, "export");
  const normal = (length: number): Float32Array => new Float32Array(length).map(() => random.normal());
  const missing = (rows: readonly number[]): Uint8Array =>
    new Uint8Array(ITEMS).map((_, i) => Number(rows.includes(i)));
  const users: number[] = [];
  const items: number[] = [];
  for (let u = 0; u < USERS; u++) {
    for (let j = 0; j < u % 9; j++) {
      users.push(u);
      items.push(random.integer(ITEMS - 3)); // The last three items have no users.
    }
  }
  return {
    train: interactionsFromArrays({
      users,
      items,
      userCount: USERS,
      itemCount: ITEMS,
    }),
    features: {
      image: denseFeatures(normal(ITEMS * 6), ITEMS, 6, { missing: missing([0, 1, 6]) }),
      text: denseFeatures(normal(ITEMS * 9), ITEMS, 9, { missing: missing([5, 6, 39]) }),
    },
  };
}

/** A trained model of other propagated rows than item rows, with items that no one has. */
export function trainedInitializer(propagates = true): TrainedInitializer {
  const random = createRandom(5, "trained export");
  const table = (): Float32Array => new Float32Array(ITEMS * 6).map(() => random.normal());
  const degrees = itemDegrees(input(0).train);
  return new TrainedInitializer(createTable(table(), ITEMS, 6), propagates ? table() : undefined, degrees);
}

/** Histories where placing goes wrong if it does: empty, unknown, missing, repeated, long, and items without users. */
export const histories: readonly (readonly number[])[] = [
  [],
  [3],
  [0, 1],
  [6],
  [6, 0, 7],
  [3, 3, 3],
  [5, 7, 5, 8, 39, 7],
  [100, -1],
  [-7, 4, 1_000_000, 4, ITEMS],
  Array.from({ length: ITEMS }, (_, item) => item),
  [37, 38],
  [],
];

/** Inputs of a model as plain lists, with their shapes. */
export type ModelInputs = Readonly<
  Record<string, { readonly values: readonly number[]; readonly shape: readonly number[] }>
>;

/** Histories as a model of the given form takes them. */
export function modelInputs(
  form: HistoryForm,
  of: readonly (readonly number[])[],
  weights?: readonly (readonly number[])[],
): ModelInputs {
  if (form === "offsets") {
    const offsets = [0];
    for (const history of of) offsets.push(offsets.at(-1)! + history.length);
    const flat = (lists: readonly (readonly number[])[]) => ({
      values: lists.flat(),
      shape: [offsets.at(-1)!],
    });
    return {
      items: flat(of),
      offsets: { values: offsets, shape: [offsets.length] },
      ...(weights === undefined ? {} : { weights: flat(weights) }),
    };
  }
  const length = Math.max(0, ...of.map((history) => history.length));
  // What lies behind a history is known items, so that a model that reads on is found out.
  const table = (lists: readonly (readonly number[])[], filling: number) => ({
    values: lists.flatMap((list) => [...list, ...new Array<number>(length - list.length).fill(filling)]),
    shape: [of.length, length],
  });
  return {
    items: table(of, 2),
    lengths: { values: of.map((history) => history.length), shape: [of.length] },
    ...(weights === undefined ? {} : { weights: table(weights, 9) }),
  };
}
