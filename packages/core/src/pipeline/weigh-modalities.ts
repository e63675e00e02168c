import type { Backend, SparseMatrix } from "../backend/backend.ts";
import { checkedWidths, type FitInput } from "../data/dataset.ts";
import type { Interactions } from "../data/interactions.ts";
import { expectSameIds } from "../data/same-ids.ts";
import { upload } from "../data/upload.ts";
import { WellbegunError } from "../errors.ts";
import type { FitIntoOptions } from "../options/fit-options.ts";
import { resolveOptions } from "../options/resolve-options.ts";
import type { TableSink } from "../output/sink.ts";
import { createRandom } from "../random.ts";
import type { WeightingReport } from "./report.ts";

/** Length of the lists whose recall decides. */
const listLength = 20;
/** Most users whose validation rows are read; a seeded sample if there are more. */
const mostUsers = 5000;
/** Least weight: that of a modality that finds nothing. */
const least = 1e-3;

/** Runs a fit with other options on the same data and backend. */
export type FitOne = (options: FitIntoOptions, sink: TableSink) => Promise<unknown>;

/**
 * Weights of the modalities by what each finds alone on the validation rows: sqrt(Recall@20 / the best modality's),
 * at least 1e-3. Scores of modalities side by side add up with the squares of the weights, so each modality's
 * scores count by its recall. A modality alone is its local term, not smoothed, at the options' preparation,
 * normalization, projection and width. Where no modality finds anything, every weight is 1.
 *
 * @throws {WellbegunError} `invalid-data` without validation rows that can be found; `mismatch` if their users or items are not
 * those of train; as {@link resolveOptions}.
 */
export async function weighModalities(
  backend: Backend,
  input: FitInput,
  options: FitIntoOptions,
  fitOne: FitOne,
): Promise<WeightingReport> {
  const widths = checkedWidths(input);
  const resolved = resolveOptions(options, widths);
  const heldOut = unseenRows(input);
  const users = sampleUsers(heldOut, resolved.seed);
  const recall: Record<string, number> = {};
  for (const name of resolved.modalities) {
    const sink = judgedRows(users);
    const { project, dim, zeroRows, seed } = resolved;
    await fitOne(
      {
        modalities: [name],
        prepare: resolved.prepare[name],
        whitenPower: resolved.whitenPower[name],
        whitenRidge: resolved.whitenRidge[name],
        normalization: resolved.normalization[name],
        project,
        dim: project === "none" ? undefined : Math.min(dim, widths[name]!),
        zeroRows,
        seed,
        lambda: 1,
        // With lambda 1 no table depends on the clusters.
        clusters: 1,
        maxIterations: 0,
        scale: "none",
        perModality: false,
        initializer: false,
        memory: options.memory,
        signal: options.signal,
      },
      sink,
    );
    recall[name] = await meanRecall(backend, sink, users, input.train, heldOut);
  }
  const best = Math.max(...Object.values(recall));
  const weights = Object.entries(recall).map(([name, found]): [string, number] => [
    name,
    best === 0 ? 1 : Math.max(least, Math.sqrt(found / best)),
  ]);
  return { k: listLength, users: users.length, recall, weights: Object.fromEntries(weights) };
}

/** The validation rows that a list can contain: those that are not train rows too. */
function unseenRows({ train, validation }: FitInput): Interactions {
  const doing = "weighing modalities by the validation rows";
  const expected = "validation interactions that are not train interactions too";
  if (validation === undefined) throw new WellbegunError("invalid-data", { doing, expected, found: "none" });
  if (validation.userCount !== train.userCount || validation.itemCount !== train.itemCount) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${train.userCount} users and ${train.itemCount} items, those of train`,
      found: `${validation.userCount} and ${validation.itemCount}`,
      at: "validation",
    });
  }
  expectSameIds(doing, "users of validation", train.userIds, validation.userIds);
  expectSameIds(doing, "items of validation", train.itemIds, validation.itemIds);
  const offsets = new Uint32Array(train.userCount + 1);
  const items: number[] = [];
  for (let user = 0; user < train.userCount; user++) {
    const seen = new Set(train.items.subarray(train.offsets[user]!, train.offsets[user + 1]!));
    for (const item of validation.items.subarray(validation.offsets[user]!, validation.offsets[user + 1]!)) {
      if (!seen.has(item)) items.push(item);
    }
    offsets[user + 1] = items.length;
  }
  if (items.length === 0) throw new WellbegunError("invalid-data", { doing, expected, found: "none" });
  const { userCount, itemCount } = train;
  return { userCount, itemCount, offsets, items: Uint32Array.from(items) };
}

/** Users with held-out rows, ascending. */
function sampleUsers({ userCount, offsets }: Interactions, seed: number): Uint32Array {
  const all = Uint32Array.from({ length: userCount }, (_, user) => user);
  const judged = all.filter((user) => offsets[user]! < offsets[user + 1]!);
  if (judged.length <= mostUsers) return judged;
  const random = createRandom(seed, "weighting/users");
  for (let i = 0; i < mostUsers; i++) {
    const j = i + random.integer(judged.length - i);
    [judged[i], judged[j]] = [judged[j]!, judged[i]!];
  }
  return judged.slice(0, mostUsers).sort();
}

interface JudgedRows extends TableSink {
  readonly tables: Map<string, { readonly data: Float32Array; readonly columns: number }>;
}

/** A sink that keeps the item table, and of the user table the given rows (ascending). */
function judgedRows(users: Uint32Array): JudgedRows {
  const tables: JudgedRows["tables"] = new Map();
  let next = 0;
  return {
    tables,
    begin: (name, rows, columns) => {
      const kept = name === "items" ? rows : users.length;
      tables.set(name, { data: new Float32Array(kept * columns), columns });
    },
    write: (name, firstRow, view) => {
      const { data, columns } = tables.get(name)!;
      if (name === "items") data.set(view, firstRow * columns);
      else {
        for (; next < users.length && users[next]! < firstRow + view.length / columns; next++) {
          const start = (users[next]! - firstRow) * columns;
          data.set(view.subarray(start, start + columns), next * columns);
        }
      }
    },
  };
}

async function meanRecall(
  backend: Backend,
  { tables }: JudgedRows,
  users: Uint32Array,
  train: Interactions,
  heldOut: Interactions,
): Promise<number> {
  const [judged, items] = [tables.get("users")!, tables.get("items")!];
  const userRows = await upload(backend, judged.data, users.length, judged.columns);
  try {
    const itemRows = await upload(backend, items.data, train.itemCount, items.columns);
    try {
      const lists = (await backend.topK(userRows, itemRows, listLength, rowsOf(train, users))).items;
      let sum = 0;
      for (const [row, user] of users.entries()) {
        const wanted = new Set(heldOut.items.subarray(heldOut.offsets[user]!, heldOut.offsets[user + 1]!));
        const list = lists.subarray(row * listLength, (row + 1) * listLength);
        sum += list.reduce((hits, item) => hits + (wanted.has(item) ? 1 : 0), 0) / wanted.size;
      }
      return sum / users.length;
    } finally {
      itemRows.dispose();
    }
  } finally {
    userRows.dispose();
  }
}

/** The rows of some users. */
function rowsOf({ offsets, items, itemCount }: Interactions, users: Uint32Array): SparseMatrix {
  const own = new Uint32Array(users.length + 1);
  for (const [row, user] of users.entries()) own[row + 1] = own[row]! + offsets[user + 1]! - offsets[user]!;
  const indices = new Uint32Array(own[users.length]!);
  for (const [row, user] of users.entries())
    indices.set(items.subarray(offsets[user]!, offsets[user + 1]!), own[row]!);
  return { rows: users.length, columns: itemCount, offsets: own, indices };
}
