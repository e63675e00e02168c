import type { BlockLimits } from "../data/interaction-source.ts";
import { RowTally } from "../data/row-tally.ts";
import type { Run } from "../pipeline/run.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import type { FuseInput } from "../stages/fuse/fuse.ts";
import { itemTerms } from "../stages/fuse/item-terms.ts";
import { keepPopular, overPositions } from "../stages/fuse/popular-rows.ts";
import { sparseRows } from "../stages/fuse/sparse-parts.ts";
import type { RowTerms, TableRows } from "./blocks.ts";

/** Users who hold the mean item, in part or in whole, as the latest pass over the users found them. */
export interface UserCoverage {
  /** Users without interactions. */
  readonly withoutHistory: RowTally;
  /** Users with interactions, none of whose items has the modality. */
  readonly withoutModality: Readonly<Record<string, RowTally>>;
}

/** The rows of the user tables and of the item tables. */
export interface AllRows {
  readonly users: TableRows;
  readonly items: TableRows;
  /** Valid after a pass over the users. */
  coverage(): UserCoverage;
}

/**
 * How users and items are fused. Where not all item rows are in memory, the rows that most users touched are kept there;
 * moving them changes the order of rows in the blocks of `modalities`.
 */
export async function tableRows(run: Run, modalities: readonly Aggregated[]): Promise<AllRows> {
  const { backend, train, memory, perModality } = run;
  const sources: (FuseInput &
    Pick<Aggregated, "termsOf"> & { readonly own: ReturnType<typeof itemTerms> })[] = [];
  for (const one of modalities) {
    const { blocks, items, clustering, termsOf } = one;
    const own = itemTerms(items.rows, clustering.counts.length, blocks.missing);
    const arranged =
      items === blocks ? await keepPopular(backend, blocks, train.itemDegrees, memory.gatherRows) : undefined;
    if (arranged === undefined) {
      sources.push({ ...one, own });
      continue;
    }
    const [ofUsers, ofItems] = [overPositions(arranged.positionOf), overPositions(arranged.positionOf)];
    sources.push({
      ...one,
      items: arranged.table,
      own: { ...own, local: own.local && ofItems(own.local) },
      termsOf: (block) => {
        const terms = termsOf(block);
        return { ...terms, local: terms.local && ofUsers(terms.local) };
      },
    });
  }
  let coverage = emptyCoverage(modalities);
  async function* userBlocks(limits: BlockLimits): AsyncGenerator<RowTerms> {
    coverage = emptyCoverage(modalities);
    for await (const block of train.blocks(limits)) {
      const { firstRow, rows, offsets } = block;
      addEmptyRows(offsets, firstRow, rows, coverage.withoutHistory);
      const terms = sources.map(({ modality, termsOf }) => {
        const made = termsOf(block);
        for (const row of made.fallbackUsers) {
          if (!isEmpty(offsets, row - firstRow)) coverage.withoutModality[modality]!.add(row);
        }
        return made;
      });
      yield { firstRow, rows, terms };
    }
  }
  function* itemBlocks({ rows: height }: BlockLimits): Generator<RowTerms> {
    for (let firstRow = 0; firstRow < train.itemCount; firstRow += height) {
      const rows = Math.min(height, train.itemCount - firstRow);
      const terms = sources.map(({ own: { local, global } }) => ({
        local: local && sparseRows(local, firstRow, rows),
        global: global && sparseRows(global, firstRow, rows),
      }));
      yield { firstRow, rows, terms };
    }
  }
  return {
    users: { name: "users", count: train.userCount, modalities: sources, perModality, blocks: userBlocks },
    items: {
      name: "items",
      count: train.itemCount,
      modalities: sources,
      perModality: false,
      blocks: itemBlocks,
    },
    coverage: () => coverage,
  };
}

function addEmptyRows(offsets: Uint32Array, firstRow: number, rows: number, to: RowTally): void {
  for (let r = 0; r < rows; r++) if (isEmpty(offsets, r)) to.add(firstRow + r);
}

function isEmpty(offsets: Uint32Array, row: number): boolean {
  return offsets[row] === offsets[row + 1];
}

function emptyCoverage(modalities: readonly Aggregated[]): UserCoverage {
  const byModality = modalities.map(({ modality }): [string, RowTally] => [modality, new RowTally()]);
  return { withoutHistory: new RowTally(), withoutModality: Object.fromEntries(byModality) };
}
