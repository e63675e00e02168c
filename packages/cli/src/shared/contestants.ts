import type { Initializer, Interactions, ScoringTables } from "@wellbegun/core";
import { type Contestant, randomTables } from "@wellbegun/evaluation";

/** Who is judged beside the tables in question: what has no content, and what needs no vectors. */
export function baselines(train: Interactions, columns: number, seed: number): Contestant[] {
  return [
    {
      name: "random",
      tables: randomTables(train.userCount, train.itemCount, columns, seed),
      control: false,
    },
    { name: "popularity", tables: "popularity" },
  ];
}

/** A fit's terms by themselves, and fused: `users` is the fit's own user table. */
export function fitContestants(
  initializer: Initializer,
  users: Float32Array,
  train: Interactions,
): (Contestant & { readonly tables: ScoringTables })[] {
  const items = initializer.itemTable();
  const columns = initializer.dim;
  const ofLambda = (lambda: number): Float32Array => initializer.withLambda(lambda).transform(train);
  return [
    { name: "local", tables: { users: ofLambda(1), items, columns } },
    { name: "global", tables: { users: ofLambda(0), items, columns } },
    { name: "fused", tables: { users, items, columns } },
  ];
}
