import type { Initializer, Interactions, Table } from "@wellbegun/core";
import {
  popularityRanker,
  type RankerContestant,
  randomTables,
  type TableContestant,
} from "@wellbegun/evaluation";

/** Who is judged beside the tables in question: what has no content, and what needs no vectors. */
export function baselines(
  train: Interactions,
  columns: number,
  seed: number,
): [TableContestant, RankerContestant] {
  return [
    {
      name: "random",
      tables: randomTables(train.userCount, train.itemCount, columns, seed),
      control: false,
    },
    { name: "popularity", ranker: popularityRanker(train) },
  ];
}

/** A fit's terms by themselves, and fused: `users` is the fit's own user table. */
export function fitContestants(
  initializer: Initializer,
  users: Table,
  train: Interactions,
): TableContestant[] {
  const items = initializer.items;
  const lambdas = Object.values(initializer.options.lambda);
  // Where the fit leaves a term out, its users are the other term's.
  const ofLambda = (lambda: number): Table =>
    lambdas.every((own) => own === lambda) ? users : initializer.withLambda(lambda).transform(train);
  return [
    { name: "local", tables: { users: ofLambda(1), items } },
    { name: "global", tables: { users: ofLambda(0), items } },
    { name: "fused", tables: { users, items } },
  ];
}
