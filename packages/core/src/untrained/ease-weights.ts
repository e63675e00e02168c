import type { Backend, Matrix } from "../backend/backend.ts";
import type { ItemWeights } from "./item-model.ts";
import { type SymmetricTiles, tileSize } from "./symmetric-tiles.ts";

/** Columns of a panel of the weights, in tiles. */
const panelTiles = 4;

/**
 * B = I - P diag(P)^-1 in panels of columns, from the tiles of P, which are disposed of. With `ownsBackend`,
 * disposing of the weights disposes of the backend.
 */
export async function easeWeights(
  backend: Backend,
  p: SymmetricTiles,
  ownsBackend: boolean,
): Promise<ItemWeights> {
  const { size, blockCount } = p;
  const panels: { first: number; matrix: Matrix }[] = [];
  const dispose = (): void => {
    for (const { matrix } of panels) matrix.dispose();
  };
  try {
    for (let block = 0; block < blockCount; block += panelTiles) {
      const first = p.first(block);
      const columns = Math.min(panelTiles * tileSize, size - first);
      const matrix = await backend.create(size, columns);
      panels.push({ first, matrix });
      const scale = await negativeInverseDiagonal(p, block, columns);
      for (let i = 0; i < blockCount; i++) {
        const rows = await rowsOfPanel(p, i, block, columns);
        for (let at = 0; at < rows.length; at++) rows[at]! *= scale[at % columns]!;
        for (let r = 0; r < p.rows(i); r++) {
          const column = p.first(i) + r - first;
          if (column >= 0 && column < columns) rows[r * columns + column] = 0;
        }
        await backend.write(matrix, p.first(i), p.rows(i), (into) => into.set(rows));
      }
    }
  } catch (error) {
    dispose();
    throw error;
  }
  p.dispose();
  return {
    itemCount: size,
    score: async (histories) => {
      const scores = new Float32Array(histories.rows * size);
      for (const { first, matrix } of panels) {
        const { columns } = matrix;
        const out = await backend.create(histories.rows, columns);
        try {
          await backend.multiplySparse(histories, matrix, out);
          await backend.read(out, 0, histories.rows, (view) => {
            for (let u = 0; u < histories.rows; u++) {
              scores.set(view.subarray(u * columns, (u + 1) * columns), u * size + first);
            }
          });
        } finally {
          out.dispose();
        }
      }
      return scores;
    },
    dispose: async () => {
      dispose();
      if (ownsBackend) await backend.dispose();
    },
  };
}

/** Rows of block i and the `columns` columns from block `firstBlock` on, side by side. */
async function rowsOfPanel(
  p: SymmetricTiles,
  i: number,
  firstBlock: number,
  columns: number,
): Promise<Float32Array> {
  const result = new Float32Array(p.rows(i) * columns);
  for (let j = firstBlock, at = 0; at < columns; at += p.rows(j), j++) {
    const [tile, width] = [await p.block(i, j), p.rows(j)];
    for (let r = 0; r < p.rows(i); r++) {
      result.set(tile.subarray(r * width, (r + 1) * width), r * columns + at);
    }
  }
  return result;
}

async function negativeInverseDiagonal(
  p: SymmetricTiles,
  firstBlock: number,
  columns: number,
): Promise<Float64Array> {
  const result = new Float64Array(columns);
  for (let j = firstBlock, at = 0; at < columns; at += p.rows(j), j++) {
    const tile = await p.block(j, j);
    for (let c = 0; c < p.rows(j); c++) result[at + c] = -1 / tile[c * p.rows(j) + c]!;
  }
  return result;
}
