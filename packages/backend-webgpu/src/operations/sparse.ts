import type { SparseMatrix } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import { kernels } from "../kernels/index.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { type Block, rowBlocks, spanOf } from "../span.ts";

/** Writes (or adds) `s x` into `out`. The arrays that blocks of one matrix share are kept on the device. */
export async function multiplySparse(
  s: SparseMatrix,
  x: WebgpuMatrix,
  out: WebgpuMatrix,
  accumulate: boolean,
): Promise<void> {
  const doing = `multiplying sparse ${s.rows} x ${s.columns} by ${x.rows} x ${x.columns}`;
  const { engine } = out;
  const { limits } = engine;
  const { values, rowScale, columnScale } = s;
  if (s.rows === 0) return;
  const shared = [s.indices, values, columnScale].filter((array) => array !== undefined);
  await engine.cache.with(doing, shared, async (copies) => {
    const [indices, ...others] = copies as [PooledBuffer, ...PooledBuffer[]];
    const valuesCopy = values === undefined ? indices : others.shift()!;
    const columnCopy = columnScale === undefined ? indices : others.shift()!;
    await engine.withTemporaries(doing, async (temporaries) => {
      const offsets = await temporaries.copy(s.offsets);
      const rowFactors = await temporaries.copy(rowScale ?? new Float32Array(1));
      const commands = engine.commands(doing);
      for (const rows of rowBlocks(doing, s.rows, [out.rowBytes, 8], limits)) {
        let add = accumulate;
        for (const entries of entryBlocks(doing, s.offsets, rows, limits)) {
          for (const part of partsOrNone(rowBlocks(doing, x.rows, [x.rowBytes], limits))) {
            await commands.run(kernels.multiplySparse, {
              groups: Math.ceil((rows.count * out.columns) / limits.group),
              buffers: {
                offsets: spanOf(offsets.buffer, rows.first * 4, (rows.count + 1) * 4, limits),
                indices: spanOf(indices, entries.first * 4, entries.count * 4, limits),
                values: spanOf(valuesCopy, entries.first * 4, entries.count * 4, limits),
                rowScale:
                  rowScale === undefined
                    ? rowFactors
                    : spanOf(rowFactors.buffer, rows.first * 4, rows.count * 4, limits),
                columnScale:
                  columnScale === undefined
                    ? spanOf(columnCopy, 0, 4, limits)
                    : spanOf(columnCopy, part.first * 4, part.count * 4, limits),
                x: x.span(part.first, part.count),
                out: out.span(rows.first, rows.count),
              },
              params: {
                rows: rows.count,
                columns: out.columns,
                firstEntry: entries.first,
                entries: entries.count,
                firstColumn: part.first,
                xRows: part.count,
                hasValues: Number(values !== undefined),
                hasRowScale: Number(rowScale !== undefined),
                hasColumnScale: Number(columnScale !== undefined),
                accumulate: Number(add),
              },
            });
            add = true;
          }
        }
      }
      commands.submit();
    });
  });
}

/** The entries of some rows, in blocks that a kernel sees at once; one empty block if there are none. */
export function entryBlocks(
  doing: string,
  offsets: Uint32Array,
  rows: Block,
  limits: Parameters<typeof rowBlocks>[3],
): readonly Block[] {
  const first = offsets[rows.first]!;
  const count = offsets[rows.first + rows.count]! - first;
  const blocks = rowBlocks(doing, count, [4], limits);
  return partsOrNone(blocks).map((block) => ({ first: first + block.first, count: block.count }));
}

/** A kernel that overwrites its result must run even where there is nothing to add up. */
function partsOrNone(blocks: readonly Block[]): readonly Block[] {
  return blocks.length === 0 ? [{ first: 0, count: 0 }] : blocks;
}
