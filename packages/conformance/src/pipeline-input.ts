import { denseFeatures, type FeatureSource, type FitInput, interactionsFromArrays } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { clusteredTable, maskOf } from "./inputs.ts";

/** The size of a made-up dataset. */
export interface Shape {
  readonly users: number;
  readonly items: number;
  /** Width of each modality. */
  readonly widths: Readonly<Record<string, number>>;
  /** Share of the items that each modality lacks. */
  readonly missing: number;
}

/**
 * A made-up dataset with clusters in its features. The first user has every item, and every seventh after the fourth
 * has none; the others have one to six.
 */
export function crowd({ users, items, widths, missing }: Shape, stream: string): FitInput {
  const random = createRandom(5, `crowd/${stream}`);
  const pairs: { user: number; item: number }[] = [];
  for (let user = 0; user < users; user++) {
    if (user % 7 === 4) continue;
    const count = user === 0 ? items : 1 + random.integer(Math.min(6, items));
    const start = random.integer(items);
    // Steps of one at most, so that no user has an item twice.
    for (let i = 0; i < count; i++) pairs.push({ user, item: (start + i) % items });
  }
  const features: Record<string, FeatureSource> = {};
  for (const [name, columns] of Object.entries(widths)) {
    const around = { stream: `crowd/${stream}/${name}`, distance: 1, spread: 0.5 };
    const { x } = clusteredTable(items, columns, Math.min(6, items), around);
    const gone = Array.from({ length: items }, (_, item) => item).filter(() => random.uniform() < missing);
    features[name] = denseFeatures(x.values, items, columns, { missing: maskOf(items, gone), label: name });
  }
  const train = interactionsFromArrays({
    users: pairs.map(({ user }) => user),
    items: pairs.map(({ item }) => item),
    userCount: users,
    itemCount: items,
  });
  return { train, features };
}
