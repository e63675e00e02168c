import type { Initializer, Interactions, ScoringTables, Table } from "@wellbegun/core";
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
  users: Table,
  train: Interactions,
): (Contestant & { readonly tables: ScoringTables })[] {
  const items = initializer.items;
  const ofLambda = (lambda: number): Table => initializer.withLambda(lambda).transform(train);
  return [
    { name: "local", tables: { users: ofLambda(1), items } },
    { name: "global", tables: { users: ofLambda(0), items } },
    { name: "fused", tables: { users, items } },
  ];
}
