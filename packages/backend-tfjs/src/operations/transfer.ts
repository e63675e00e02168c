import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";

/** Puts `values` into rows `first .. first + rows - 1`; the values must not be changed afterwards. */
export function writeRows(
  engine: Engine,
  target: TfjsMatrix,
  first: number,
  rows: number,
  values: Float32Array,
): void {
  const doing = "writing rows";
  const { columns } = target;
  for (const { block, from, count } of target.parts(first, rows)) {
    const begin = target.firstRow(block) + from - first;
    const part = values.subarray(begin * columns, (begin + count) * columns);
    const written = engine.upload(doing, part, count, columns);
    if (count === target.rowsIn(block)) {
      target.setBlock(block, written);
      continue;
    }
    const after = target.rowsIn(block) - from - count;
    try {
      const merged = engine.tidy(doing, () => {
        const old = target.block(block);
        const parts = [written];
        if (from > 0) parts.unshift(engine.rowsFrom(old, 0, from));
        if (after > 0) parts.push(engine.rowsFrom(old, from + count, after));
        return engine.tf.concat(parts, 0);
      });
      target.setBlock(block, merged);
    } finally {
      written.dispose();
    }
  }
}

/** Rows `first .. first + rows - 1`, which must not be changed: they may be the device's own. */
export async function readRows(
  engine: Engine,
  source: TfjsMatrix,
  first: number,
  rows: number,
): Promise<Float32Array> {
  const { columns } = source;
  let values: Float32Array | undefined;
  for (const { block, from, count } of source.parts(first, rows)) {
    if (source.isZero(block)) continue;
    const found = await readBlock(engine, source, block, from, count);
    if (count === rows) return found;
    values ??= new Float32Array(rows * columns);
    values.set(found, (source.firstRow(block) + from - first) * columns);
  }
  return values ?? new Float32Array(rows * columns);
}

async function readBlock(
  engine: Engine,
  source: TfjsMatrix,
  block: number,
  from: number,
  count: number,
): Promise<Float32Array> {
  const doing = "reading rows";
  if (count === source.rowsIn(block)) return await engine.rows(doing, source.block(block));
  const part = engine.tidy(doing, () => engine.rowsFrom(source.block(block), from, count));
  try {
    return await engine.rows(doing, part);
  } finally {
    part.dispose();
  }
}
