import {
  cpu,
  denseFeatures,
  fit,
  foldInItems,
  type Interactions,
  interactionsFromArrays,
  joinModels,
  spectral,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { expectThat } from "../check.ts";
import { expectRows } from "../check-fit.ts";
import { normalTable } from "../inputs.ts";
import type { CaseDefinition } from "../trial.ts";

/** How far a row of a table may be from the portable backend's, relative to its norm. */
const tolerance = 1e-5;
const [userCount, itemCount, groups, k] = [90, 70, 4, 4];

/** Users of a few groups of different sizes, who mostly touch the items of their group: singular values lie apart. */
function groupedInteractions(): Interactions {
  const random = createRandom(1, "untrained/groups");
  const groupOf = (row: number, rows: number): number => Math.floor(groups * Math.sqrt(row / rows));
  const pairs = new Set<number>();
  for (let user = 0; user < userCount; user++) {
    for (let e = 0; e < 20; e++) {
      const item = random.integer(itemCount);
      const own = groupOf(item, itemCount) === groupOf(user, userCount);
      if (own || random.uniform() < 0.03 * (1 + groupOf(user, userCount))) pairs.add(user * itemCount + item);
    }
  }
  return interactionsFromArrays({
    users: Array.from(pairs, (pair) => Math.floor(pair / itemCount)),
    items: Array.from(pairs, (pair) => pair % itemCount),
    userCount,
    itemCount,
  });
}

/** Tables without training: against the portable backend. */
export const untrainedCases: readonly CaseDefinition[] = [
  {
    operation: "untrained",
    name: "makes the spectral tables of the oracle, which are not those of another k",
    async run({ backend }) {
      const train = groupedInteractions();
      const expected = await spectral(train, { k, rounds: 3, backend: cpu() });
      const [last, next] = (await spectral(train, { k: k + 1, backend: cpu() })).singularValues.slice(k - 1);
      expectThat(
        "finding singular vectors",
        last! - next! > 0.02,
        "a gap behind the last",
        `${last}, ${next}`,
      );
      const found = await spectral(train, { k, rounds: 3, backend });
      expectRows("spectral tables, users", found.users.data, expected.users, tolerance);
      expectRows("spectral tables, items", found.items.data, expected.items, tolerance);
    },
  },
  {
    operation: "untrained",
    name: "joins the tables of two models as the oracle does",
    async run({ backend }) {
      const train = groupedInteractions();
      const features = {
        image: denseFeatures(normalTable(itemCount, 6, "untrained/image").values, itemCount, 6),
      };
      const collaborative = await spectral(train, { k, backend: cpu() });
      const content = await fit({ train, features }, { clusters: 2, backend: cpu() });
      const expected = await joinModels(collaborative, content, { weight: 0.7, backend: cpu() });
      const found = await joinModels(collaborative, content, { weight: 0.7, backend });
      expectRows("joined tables, users", found.users.data, expected.users, tolerance);
      expectRows("joined tables, items", found.items.data, expected.items, tolerance);
    },
  },
  {
    operation: "untrained",
    name: "places an item by its whitened and projected content as the table of the fit has it",
    async run({ backend }) {
      const train = groupedInteractions();
      const { values } = normalTable(itemCount, 6, "untrained/image");
      const features = { image: denseFeatures(values, itemCount, 6) };
      const model = await fit({ train, features }, { clusters: 2, dim: 3, prepare: "whiten", backend });
      const { items } = await foldInItems(model, features);
      expectRows("items by their content", items.data, model.items, tolerance);
    },
  },
];
