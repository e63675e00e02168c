import type { Commands } from "../commands.ts";
import type { Temporaries } from "../engine.ts";
import { kernels } from "../kernels/index.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { type Block, rowBlocks, spanOf } from "../span.ts";

/** Workgroups that keep a device busy: results of few tiles are cut along the depth. */
const GROUPS = 256;
/**
 * Shortest and longest depth of one workgroup: the shortest for speed, the longest for the accuracy of float32
 * sums.
 */
const MIN_CHUNK = 256;
const MAX_CHUNK = 8192;
const CHUNK_STEP = 16;
/** Most bytes of the results of chunks side by side. */
const MAX_PART_BYTES = 64 * 2 ** 20;

/** A product in parts that each fit a kernel's bindings. */
interface Product {
  readonly a: WebgpuMatrix;
  readonly b: WebgpuMatrix;
  readonly out: WebgpuMatrix;
  readonly transposed: boolean;
}

/** Writes (or adds) `a b`, or `a^T b`, into `out`. */
export async function multiply(
  a: WebgpuMatrix,
  b: WebgpuMatrix,
  out: WebgpuMatrix,
  transposed: boolean,
  accumulate: boolean,
): Promise<void> {
  const doing = `multiplying ${a.rows} x ${a.columns}${transposed ? " transposed" : ""} by ${b.rows} x ${b.columns}`;
  const { engine } = out;
  if (out.rows === 0) return;
  await engine.withTemporaries(doing, async (temporaries) => {
    const commands = engine.commands(doing);
    if (b.rows === 0 && !accumulate) commands.clear(out.buffer, out.rows * out.rowBytes);
    const alongRows = transposed ? [out.rowBytes] : [out.rowBytes, a.rowBytes];
    const alongDepth = transposed ? [a.rowBytes, b.rowBytes] : [b.rowBytes];
    for (const rows of rowBlocks(doing, out.rows, alongRows, engine.limits)) {
      for (const depth of rowBlocks(doing, b.rows, alongDepth, engine.limits)) {
        const product = { a, b, out, transposed };
        await multiplyBlock(commands, temporaries, product, rows, depth, accumulate || depth.first > 0);
      }
    }
    commands.submit();
  });
}

async function multiplyBlock(
  commands: Commands,
  temporaries: Temporaries,
  { a, b, out, transposed }: Product,
  rows: Block,
  depth: Block,
  accumulate: boolean,
): Promise<void> {
  const { limits } = out.engine;
  const { columns } = out;
  const narrow = columns <= limits.side;
  const tiles =
    Math.ceil(rows.count / (4 * limits.side)) * Math.ceil(columns / (limits.side * (narrow ? 1 : 4)));
  const length = rows.count * columns;
  const room = Math.floor(Math.min(limits.binding, MAX_PART_BYTES) / (length * 4));
  const wanted = Math.max(
    Math.min(Math.ceil(GROUPS / tiles), Math.ceil(depth.count / MIN_CHUNK)),
    Math.ceil(depth.count / MAX_CHUNK),
  );
  const most = Math.max(1, Math.min(wanted, room));
  const chunk = Math.min(MAX_CHUNK, Math.ceil(depth.count / most / CHUNK_STEP) * CHUNK_STEP);
  const parts = most > 1 ? await temporaries.acquire(most * length * 4) : undefined;
  const target = out.span(rows.first, rows.count);
  for (let done = 0; done < depth.count; done += most * chunk) {
    const count = Math.min(most * chunk, depth.count - done);
    const chunks = Math.ceil(count / chunk);
    const add = accumulate || done > 0;
    const first = depth.first + done;
    const [aRow, aColumn, aRows] = transposed ? [first, rows.first, count] : [rows.first, first, rows.count];
    const from = aRow * a.rowBytes + aColumn * 4;
    const direct = parts === undefined || chunks === 1;
    await commands.run(kernels.multiply, {
      groups: chunks * tiles,
      buffers: {
        a: spanOf(a.buffer, from, aRows * a.rowBytes - aColumn * 4, limits),
        b: b.span(first, count),
        out: direct ? target : spanOf(parts, 0, chunks * length * 4, limits),
      },
      params: {
        rows: rows.count,
        columns,
        depth: count,
        chunk,
        row_a: transposed ? 1 : a.columns,
        depth_a: transposed ? a.columns : 1,
        column_b: 1,
        depth_b: columns,
        accumulate: Number(direct && add),
      },
      constants: { narrow: Number(narrow) },
    });
    if (direct) continue;
    await commands.run(kernels.addParts, {
      groups: Math.ceil(length / limits.group),
      buffers: { parts: spanOf(parts, 0, chunks * length * 4, limits), out: target },
      params: { count: chunks, length, accumulate: Number(add) },
    });
  }
}
