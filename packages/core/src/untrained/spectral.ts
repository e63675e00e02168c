import type { Backend, Matrix } from "../backend/backend.ts";
import { type AdjacencyBlock, adjacencyBlocks } from "../data/adjacency.ts";
import { type Interactions, itemDegrees } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { upload } from "../data/upload.ts";
import { withBackend } from "../default-backend.ts";
import { createRandom } from "../random.ts";
import { basisWidth, leadingSingularVectors } from "./singular-vectors.ts";
import { SpectralModel } from "./spectral-model.ts";
import { refuseOption, resolveSpectralOptions, type SpectralOptions } from "./spectral-options.ts";

const defaultBlockBytes: number = 256 * 2 ** 20;

/**
 * Tables from the interactions alone, without training: V_k, the `k` leading right singular vectors of R^ =
 * D_u^-1/2 R D_i^-1/2, gives users R D_i^-1/2 V_k and items D_i^q V_k (with q = 1/2 the ideal low-pass filter
 * of GF-CF, Shen et al. 2021). The products of users and items rank the items that a user has not touched. The
 * time is linear in the number of interactions. A user's row is linear in its items:
 * {@link SpectralModel.foldIn} computes those of further users. Items without interactions get zero rows.
 *
 * @example
 * ```ts
 * import { interactionsFromPairs, spectral } from "@wellbegun/core";
 *
 * const train = interactionsFromPairs([["ann", "tea"], ["ann", "jam"], ["bob", "tea"], ["eve", "oil"]]);
 * const model = await spectral(train, { k: 2 });
 * console.log(model.users.rows, model.items.columns, model.foldIn(["jam"]).used); // 3 2 1
 * ```
 *
 * @throws {WellbegunError} `invalid-option` for a `k`, `exponent`, `rounds`, `seed` or `memory` out of range, and for an option that does not exist; `invalid-data` without
 * interactions; `limit` if the backend cannot hold an I x (k + k / 8) matrix; `aborted`.
 */
export async function spectral(train: Interactions, options: SpectralOptions = {}): Promise<SpectralModel> {
  const resolved = resolveSpectralOptions(options, train);
  const { k, exponent, rounds, seed } = resolved;
  return await withBackend(options.backend, async (backend) => {
    const width = basisWidth(train.itemCount, k);
    const blocks = adjacencyBlocks(train, usersInBlock(backend, train.itemCount, width, options.memory));
    const random = createRandom(seed, "spectral");
    const { values, vectors } = await leadingSingularVectors(
      backend,
      blocks,
      train.itemCount,
      { k, rounds, random },
      options,
    );
    const users = await userTable(backend, blocks, vectors, train, k);
    const items = scaledByDegree(vectors, itemDegrees(train), exponent, train, k);
    return new SpectralModel(users, items, train, resolved, values);
  });
}

/** R D_i^-1/2 V_k. */
async function userTable(
  backend: Backend,
  blocks: readonly AdjacencyBlock[],
  vectors: Float32Array,
  train: Interactions,
  k: number,
): Promise<Table> {
  const data = new Float32Array(train.userCount * k);
  const axes = await upload(backend, vectors, train.itemCount, k);
  let out: Matrix | undefined;
  try {
    for (const { firstUser, rows } of blocks) {
      if (out?.rows !== rows.rows) {
        out?.dispose();
        out = await backend.create(rows.rows, k);
      }
      await backend.multiplySparse({ ...rows, rowScale: undefined }, axes, out);
      await backend.read(out, 0, rows.rows, (view) => data.set(view, firstUser * k));
    }
    return createTable(data, train.userCount, k, train.userIds);
  } finally {
    axes.dispose();
    out?.dispose();
  }
}

/** D_i^q V_k. */
function scaledByDegree(
  vectors: Float32Array,
  degrees: Float64Array,
  exponent: number,
  { itemCount, itemIds }: Interactions,
  k: number,
): Table {
  const data = new Float32Array(itemCount * k);
  for (let i = 0; i < itemCount; i++) {
    if (degrees[i] === 0) continue;
    const factor = degrees[i]! ** exponent;
    for (let c = 0; c < k; c++) data[i * k + c] = factor * vectors[i * k + c]!;
  }
  return createTable(data, itemCount, k, itemIds);
}

/** Number of users whose products fit besides the basis. */
function usersInBlock(
  { capabilities: { maxMatrixBytes, maxTotalBytes } }: Backend,
  itemCount: number,
  width: number,
  memory: number | undefined,
): number {
  const row = 4 * width;
  const held = 3 * itemCount * row;
  if (memory !== undefined && !(memory >= held + row)) {
    refuseOption(
      `at least ${held + row} bytes for ${itemCount} items at a width of ${width}`,
      memory,
      "memory",
    );
  }
  const bytes = Math.min(
    memory === undefined ? defaultBlockBytes : memory - held,
    maxMatrixBytes ?? Number.POSITIVE_INFINITY,
    (maxTotalBytes ?? Number.POSITIVE_INFINITY) / 4,
  );
  return Math.max(1, Math.floor(bytes / row));
}
