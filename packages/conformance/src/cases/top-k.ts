import type { SparseMatrix, TopK } from "@wellbegun/core/backend";
import { expectEqual, expectSame, expectThat } from "../check.ts";
import {
  integerTable,
  magnitudeTable,
  normalTable,
  sparseOf,
  type Table,
  tableOf,
  withRows,
} from "../inputs.ts";
import { scores } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

/** topK. */
export const topKCases: readonly CaseDefinition[] = [
  {
    operation: "topK",
    name: "finds the best items at every shape",
    async run(trial) {
      for (const [users, items, columns, k] of [
        [0, 5, 3, 2] as const,
        [3, 0, 3, 2] as const,
        [1, 1, 1, 1] as const,
        [1, 7, 1, 3] as const,
        [5, 7, 4, 7] as const,
        [5, 7, 4, 11] as const,
        [13, 129, 17, 1] as const,
        [65, 131, 64, 20] as const,
        [67, 1031, 31, 50] as const,
        [3, 257, 1031, 100] as const,
      ]) {
        await expectTopK(
          trial,
          normalTable(users, columns, `topK/users/${users}`),
          normalTable(items, columns, `topK/items/${items}`),
          k,
        );
      }
    },
  },
  {
    operation: "topK",
    name: "leaves out excluded items, whatever their order, values and scales",
    async run(trial) {
      const [users, items] = [normalTable(71, 8, "topK/users"), normalTable(157, 8, "topK/items")];
      const counts = Array.from({ length: 71 }, (_, user) => (user * 5) % 90);
      const exclude = sparseOf(counts, 157, "topK/exclude"); // Unsorted, with repeats.
      await expectTopK(trial, users, items, 10, exclude);
      const zero = new Float32Array(exclude.indices.length);
      const scaled = {
        ...exclude,
        values: zero,
        rowScale: new Float32Array(71),
        columnScale: new Float32Array(157),
      };
      await expectTopK(trial, users, items, 10, scaled);
    },
  },
  {
    operation: "topK",
    name: "takes exclusions of a block of users as a view",
    async run(trial) {
      const users = normalTable(20, 6, "topK/block");
      const all = sparseOf(new Array<number>(60).fill(9), 41, "topK/block/exclude");
      const exclude = { ...all, rows: 20, offsets: all.offsets.subarray(30, 51) };
      await expectTopK(trial, users, normalTable(41, 6, "topK/block/items"), 12, exclude);
    },
  },
  {
    operation: "topK",
    name: "fills up with -1 for users with few candidates or none",
    async run(trial) {
      const items = 37;
      const every = Uint32Array.from({ length: items }, (_, item) => item);
      const exclude: SparseMatrix = {
        rows: 4,
        columns: items,
        offsets: Uint32Array.of(0, items, items + 34, items + 34, 2 * items + 34),
        indices: Uint32Array.of(...every, ...every.subarray(0, 34), ...every.slice().reverse()),
      };
      await expectTopK(
        trial,
        normalTable(4, 5, "topK/few"),
        normalTable(items, 5, "topK/few/items"),
        6,
        exclude,
      );
    },
  },
  {
    operation: "topK",
    name: "gives ties to the lowest item",
    async run(trial) {
      // Scores of small whole numbers are exact in every precision: the whole order is defined.
      const users = integerTable(33, 3, 2, "topK/ties/users");
      const items = integerTable(611, 3, 2, "topK/ties/items");
      for (const k of [1, 7, 40, 611]) await expectExactTopK(trial, users, items, k);
      await expectExactTopK(trial, withRows(users, [0, 5], 0), items, 9);
      const equal = tableOf(300, 3, () => 1);
      await expectExactTopK(trial, users, equal, 5);
    },
  },
  {
    operation: "topK",
    name: "ranks items of very different lengths, among many that are alike",
    async run(trial) {
      const users = normalTable(17, 12, "topK/lengths/users");
      const items = normalTable(530, 12, "topK/lengths/items");
      for (const length of [1e-3, 1e3, 1e6]) {
        const few = tableOf(530, 12, (row, column) => {
          return items.values[row * 12 + column]! * (row % 89 === 7 ? length : 1);
        });
        await expectTopK(trial, users, few, 15);
      }
      const alike = tableOf(530, 12, (row, column) => items.values[(row % 4) * 12 + column]!);
      await expectTopK(trial, users, alike, 15);
    },
  },
  {
    operation: "topK",
    name: "ranks scores that rise, fall and are all negative",
    async run(trial) {
      const users = tableOf(3, 1, (row) => row - 1);
      const rising = tableOf(700, 1, (row) => row + 1);
      for (const k of [1, 20, 333]) await expectExactTopK(trial, users, rising, k);
      await expectExactTopK(
        trial,
        users,
        tableOf(700, 1, (row) => -row - 1),
        20,
      );
    },
  },
  {
    operation: "topK",
    name: "holds for extreme magnitudes, and keeps a user of NaN to itself",
    async run(trial) {
      const users = withRows(magnitudeTable([1e18, 1, 1e-18, 1, 1e18], 7, "topK/extreme"), [3], NaN);
      for (const magnitude of [1e18, 1, 1e-18]) {
        const plain = normalTable(90, 7, "topK/extreme/items");
        const items = { ...plain, values: plain.values.map((value) => value * magnitude) };
        await expectTopK(trial, users, items, 8, undefined, 3);
      }
    },
  },
];

/** Checks the result against float64 scores; where two are too close to decide, either item may come first. */
async function expectTopK(
  trial: Trial,
  users: Table,
  items: Table,
  k: number,
  exclude?: SparseMatrix,
  ignoredUser?: number,
): Promise<void> {
  const found = await trial.backend.topK(await trial.load(users), await trial.load(items), k, exclude);
  const doing = `ranking ${items.rows} items for ${users.rows} users, k = ${k}`;
  expectEqual(doing, "number of items", found.items.length, users.rows * k);
  expectEqual(doing, "number of scores", found.scores.length, users.rows * k);
  for (let u = 0; u < users.rows; u++) {
    if (u !== ignoredUser)
      expectUser(trial, doing, found, u, k, scores(users, u, items), excludedOf(exclude, u));
  }
}

function expectUser(
  trial: Trial,
  doing: string,
  found: TopK,
  user: number,
  k: number,
  exact: { readonly values: Float64Array; readonly scale: Float64Array },
  excluded: ReadonlySet<number>,
): void {
  const tolerance = trial.tolerances.values;
  const order = ranked(exact.values, excluded);
  const seen = new Set<number>();
  for (let j = 0; j < k; j++) {
    const at = `user ${user}, place ${j + 1}`;
    const item = found.items[user * k + j]!;
    const score = found.scores[user * k + j]!;
    if (j >= order.length) {
      expectEqual(doing, `item of ${at}, past the candidates`, item, -1);
      expectEqual(doing, `score of ${at}, past the candidates`, score, -Infinity);
      continue;
    }
    expectThat(doing, item >= 0 && item < exact.values.length, `an item at ${at}`, `${item}`);
    expectThat(doing, !excluded.has(item), `no excluded item at ${at}`, `${item}`);
    expectThat(doing, !seen.has(item), `every item once at ${at}`, `${item} again`);
    seen.add(item);
    const error = Math.abs(score - exact.values[item]!);
    const allowed = tolerance * exact.scale[item]!;
    expectThat(doing, error <= allowed, `score ${exact.values[item]} at ${at}`, `${score}`);
    const best = order[j]!;
    const behind = exact.values[best]! - exact.values[item]!;
    const close = behind <= allowed + tolerance * exact.scale[best]!;
    expectThat(
      doing,
      close,
      `item ${best} of score ${exact.values[best]} at ${at}`,
      `item ${item} of score ${score}`,
    );
    const before = j === 0 ? Infinity : found.scores[user * k + j - 1]!;
    expectThat(doing, score <= before, `scores that fall at ${at}`, `${before} before ${score}`);
  }
}

/** For scores that are exact on every device: the same items in the same order. */
async function expectExactTopK(trial: Trial, users: Table, items: Table, k: number): Promise<void> {
  const found = await trial.backend.topK(await trial.load(users), await trial.load(items), k);
  for (let u = 0; u < users.rows; u++) {
    const { values } = scores(users, u, items);
    const order = ranked(values, new Set()).slice(0, k);
    const doing = `ranking ${items.rows} items with ties for user ${u}, k = ${k}`;
    expectSame(doing, found.items.subarray(u * k, u * k + order.length), order);
    const best = order.map((item) => values[item]!);
    expectSame(`${doing}, scores`, found.scores.subarray(u * k, u * k + order.length), best);
  }
}

function ranked(values: Float64Array, excluded: ReadonlySet<number>): number[] {
  const candidates = Array.from(values.keys()).filter((item) => !excluded.has(item));
  return candidates.sort((a, b) => values[b]! - values[a]! || a - b);
}

function excludedOf(exclude: SparseMatrix | undefined, user: number): ReadonlySet<number> {
  if (exclude === undefined) return new Set();
  return new Set(exclude.indices.subarray(exclude.offsets[user]!, exclude.offsets[user + 1]!));
}
