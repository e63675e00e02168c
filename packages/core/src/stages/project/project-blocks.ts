import type { Backend, Matrix } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";

/** Features times a matrix (D_m x width, on the backend), all of them in memory, in the blocks of the features. */
export async function projectBlocks(
  backend: Backend,
  blocks: FeatureBlocks,
  matrix: Matrix,
): Promise<FeatureBlocks> {
  const { columns } = matrix;
  const made: Matrix[] = [];
  const dispose = (): void => {
    for (const block of made) block.dispose();
  };
  try {
    for (let block = 0; block < blocks.blockCount; block++) {
      const rows = await blocks.load(block);
      const product = await backend.create(rows.rows, columns);
      made.push(product);
      await backend.multiply(rows, matrix, product);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    ...blocks,
    columns,
    residentBlocks: blocks.blockCount,
    load: async (block) => made[block]!,
    gather: async (rows) => {
      const values = new Float32Array(rows.length * columns);
      for (const [i, row] of rows.entries()) {
        const block = blocks.blockOf(row);
        await backend.read(made[block]!, row - blocks.firstRow(block), 1, (view) => {
          values.set(view, i * columns);
        });
      }
      return values;
    },
    gatherInto: undefined,
    dispose,
  };
}
