import type { Backend, Matrix } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import { transposeSparse } from "../data/transpose-sparse.ts";
import { upload } from "../data/upload.ts";
import { defaultBackend } from "../default-backend.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { Observer } from "../progress.ts";
import { easeWeights } from "./ease-weights.ts";
import { invertTiles } from "./invert-tiles.ts";
import { ItemModel } from "./item-model.ts";
import { SymmetricTiles, transposed } from "./symmetric-tiles.ts";

/** Most items that the closed form is computed for. */
export const maxEaseItems = 20_000;

/** Largest number of bytes that {@link ease} holds at a time for this many items. */
export function easeBytes(itemCount: number): number {
  return 12 * itemCount ** 2;
}

/** Content that {@link ease} adds to the co-occurrences. */
export interface ContentGram {
  /** One row for each item, such as the `items` of a fit. Items without content have zero rows. */
  readonly items: Pick<Table, "data" | "rows" | "columns">;
  /** The factor of the products of these rows before they are added. */
  readonly weight: number;
}

/** Options of {@link ease}. */
export interface EaseOptions extends Observer {
  /** Ridge added to the diagonal, > 0. Larger values give co-occurrences less weight. Default: 100. */
  readonly lambda?: number | undefined;
  /** Default: co-occurrences alone. */
  readonly content?: ContentGram | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of with the model. */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<EaseOptions>({
  lambda: true,
  content: true,
  backend: true,
  signal: true,
  onProgress: true,
});
const contentNames = namesOf<ContentGram>({ items: true, weight: true });

/**
 * EASE (Steck 2019): the item-to-item weights B with a zero diagonal that reproduce R best under a ridge, in
 * closed form: B = I - P diag(P)^-1 with P = (R^T R + lambda I)^-1. With content, P = (R^T R + w C C^T + lambda
 * I)^-1, where C is the matrix of the items' rows. The inverse is dense: I^3 operations and 6 I^2 bytes (12 at
 * the end of the computation).
 *
 * @throws {WellbegunError} `limit` for more than 20,000 items, naming the bytes; `invalid-option` for a `lambda` or a
 * content weight out of range, and for an option that does not exist; `mismatch` if the content's rows are not the items; `aborted`.
 */
export async function ease(train: Interactions, options: EaseOptions = {}): Promise<ItemModel> {
  refuseUnknownKeys("computing EASE", options, optionNames);
  refuseUnknownKeys("computing EASE", options.content ?? {}, contentNames);
  const { lambda = 100, content } = options;
  if (!(Number.isFinite(lambda) && lambda > 0)) refuse("a finite number above 0", lambda, "lambda");
  if (content !== undefined) checkContent(content, train.itemCount);
  if (train.itemCount > maxEaseItems) {
    throw new WellbegunError("limit", {
      doing: "computing EASE",
      expected: `at most ${maxEaseItems} items`,
      found: `${train.itemCount} items, whose weights take ${4 * train.itemCount ** 2} bytes, and ${easeBytes(train.itemCount)} while they are computed`,
      hint: "Use `spectral`, whose time and memory are linear in the items.",
    });
  }
  const backend = options.backend ?? (await defaultBackend());
  let gram: SymmetricTiles | undefined;
  try {
    gram = await coOccurrences(backend, train, lambda);
    if (content !== undefined) await addContent(backend, gram, content);
    await invertTiles(gram, options);
    return new ItemModel(await easeWeights(backend, gram, options.backend === undefined));
  } catch (error) {
    gram?.dispose();
    if (options.backend === undefined) await backend.dispose();
    throw error;
  }
}

/** R^T R + lambda I. */
async function coOccurrences(backend: Backend, train: Interactions, lambda: number): Promise<SymmetricTiles> {
  const { itemCount, offsets, items, weights } = train;
  const byItem = transposeSparse({
    rows: train.userCount,
    columns: itemCount,
    offsets,
    indices: items,
    values: weights,
  });
  return await SymmetricTiles.create(backend, itemCount, (into, first, rows) => {
    for (let r = 0; r < rows; r++) {
      const item = first + r;
      for (let e = byItem.offsets[item]!; e < byItem.offsets[item + 1]!; e++) {
        const user = byItem.indices[e]!;
        const own = byItem.values?.[e] ?? 1;
        // Items ascend within a user, and only those up to this one are needed.
        for (let other = offsets[user]!; items[other]! <= item && other < offsets[user + 1]!; other++) {
          into[r * itemCount + items[other]!]! += own * (weights?.[other] ?? 1);
        }
      }
      into[r * itemCount + item]! += lambda;
    }
    mirrorDiagonalBlock(into, itemCount, first, rows);
  });
}

/** The loop above does not fill the upper half of a diagonal block. */
function mirrorDiagonalBlock(into: Float32Array, size: number, first: number, rows: number): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < r; c++) into[c * size + first + r] = into[r * size + first + c]!;
  }
}

/** gram += weight C C^T. */
async function addContent(
  backend: Backend,
  gram: SymmetricTiles,
  { items: { data, columns }, weight }: ContentGram,
): Promise<void> {
  const blocks: { rows: Matrix; transposed: Matrix }[] = [];
  try {
    for (let i = 0; i < gram.blockCount; i++) {
      const count = gram.rows(i);
      const own = data.subarray(gram.first(i) * columns, (gram.first(i) + count) * columns);
      const rows = await upload(backend, own, count, columns);
      blocks.push({
        rows,
        transposed: await upload(backend, transposed(own, count, columns, weight), columns, count),
      });
    }
    for (const [i, row] of gram.tiles.entries()) {
      for (const [j, tile] of row.entries()) {
        await backend.multiply(blocks[i]!.rows, blocks[j]!.transposed, tile, { accumulate: true });
      }
    }
  } finally {
    for (const block of blocks) {
      block.rows.dispose();
      block.transposed.dispose();
    }
  }
}

function checkContent({ items, weight }: ContentGram, itemCount: number): void {
  if (!(Number.isFinite(weight) && weight >= 0)) refuse("a finite number >= 0", weight, "content.weight");
  if (items.rows === itemCount) return;
  throw new WellbegunError("mismatch", {
    doing: "computing EASE",
    expected: `${itemCount} rows of content, one for each item`,
    found: `${items.rows}`,
    at: "content.items",
  });
}

function refuse(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "computing EASE",
    expected,
    found: describe(found),
    at,
  });
}
