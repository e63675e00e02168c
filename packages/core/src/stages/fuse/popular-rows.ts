import type { Backend, Matrix, SparseMatrix } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import type { RowTable } from "../../data/row-table.ts";

/** Item rows in another order: item i is row `positionOf[i]` of `table`, and row p is item `positionOf[p]`. */
export interface ArrangedRows {
  readonly table: RowTable;
  readonly positionOf: Uint32Array;
}

/**
 * Least difference in popularity for a swap. Each unit saves one row read in every pass; the swap itself reads
 * one row.
 */
const LEAST_GAIN = 2;

/**
 * Moves rows that many users touched into the resident blocks, in place of rows that fewer users touched,
 * because products read a streamed row again for each block of users that touches it. Afterwards the blocks'
 * rows are reordered, so call it before their last use. Returns undefined where no swap is worthwhile.
 *
 * @param popularity Degree of each item.
 */
export async function keepPopular(
  backend: Backend,
  blocks: FeatureBlocks,
  popularity: Float64Array,
  gatherRows: number,
): Promise<ArrangedRows | undefined> {
  const { rows, columns, blockCount, residentBlocks, firstRow, gatherInto } = blocks;
  const residentRows = firstRow(residentBlocks);
  if (gatherInto === undefined || residentRows === 0) return undefined;
  const ascending = (a: number, b: number): number => popularity[a]! - popularity[b]! || a - b;
  const leaving = Uint32Array.from({ length: residentRows }, (_, row) => row).sort(ascending);
  const coming = Uint32Array.from({ length: rows - residentRows }, (_, row) => residentRows + row)
    .sort(ascending)
    .reverse();
  let swaps = 0;
  const most = Math.min(leaving.length, coming.length);
  while (swaps < most && popularity[coming[swaps]!]! >= popularity[leaving[swaps]!]! + LEAST_GAIN) swaps++;
  if (swaps === 0) return undefined;

  // Sorted, to read a file in order.
  const rowsIn = coming.slice(0, swaps).sort();
  const rowsOut = leaving.slice(0, swaps).sort();
  const positionOf = Uint32Array.from({ length: rows }, (_, row) => row);
  for (const [i, row] of rowsIn.entries()) {
    positionOf[row] = rowsOut[i]!;
    positionOf[rowsOut[i]!] = row;
  }
  await replaceRows(backend, blocks, rowsOut, rowsIn, gatherRows);
  return {
    positionOf,
    table: {
      ...{ rows, columns, blockCount, residentBlocks, firstRow },
      load: (block) => blocks.load(block),
      gatherInto: (positions, into) =>
        gatherInto(
          positions.map((position) => positionOf[position]!),
          into,
        ),
      dispose: () => {},
    },
  };
}

/** Writes the prepared rows `rows` to the resident rows `positions`. */
async function replaceRows(
  backend: Backend,
  { columns, blockOf, firstRow, load, gatherInto }: FeatureBlocks,
  positions: Uint32Array,
  rows: Uint32Array,
  gatherRows: number,
): Promise<void> {
  const height = Math.min(gatherRows, rows.length);
  const gathered: Matrix = await backend.create(height, columns);
  const values = new Float32Array(height * columns);
  try {
    for (let first = 0; first < rows.length; first += height) {
      const batch = rows.subarray(first, first + height);
      await gatherInto!(batch, gathered);
      await backend.read(gathered, 0, batch.length, (view) => values.set(view));
      for (let r = 0; r < batch.length; r++) {
        const position = positions[first + r]!;
        const block = blockOf(position);
        const row = values.subarray(r * columns, (r + 1) * columns);
        await backend.write(await load(block), position - firstRow(block), 1, (into) => into.set(row));
      }
    }
  } finally {
    gathered.dispose();
  }
}

/**
 * Turns sparse matrices over items into ones over the positions of their rows. The factors of the columns, which successive
 * matrices share, are moved once.
 */
export function overPositions(positionOf: Uint32Array): (s: SparseMatrix) => SparseMatrix {
  let factors: Float32Array | undefined;
  let moved: Float32Array | undefined;
  return (s) => {
    if (s.columnScale !== factors) {
      factors = s.columnScale;
      moved = factors?.map((_, position) => factors![positionOf[position]!]!);
    }
    return { ...s, indices: s.indices.map((item) => positionOf[item]!), columnScale: moved };
  };
}
