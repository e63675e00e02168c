/** Operations that visit each row of a matrix once. */
import type { RowTransform } from "@wellbegun/core/backend";
import { kernels } from "../kernels/index.ts";
import { lanesFor } from "../kernels/lanes.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { rowBlocks, spanOf } from "../span.ts";
import { maskOf, pairsOf } from "./pairs.ts";

/** L2 norm of each row. */
export async function rowNorms(x: WebgpuMatrix): Promise<Float32Array> {
  const doing = `computing the norms of ${x.rows} x ${x.columns}`;
  const { engine, columns } = x;
  if (x.rows === 0) return new Float32Array(0);
  return await engine.withTemporaries(doing, async (temporaries) => {
    const norms = await temporaries.acquire(x.rows * 4);
    const commands = engine.commands(doing);
    const lanes = lanesFor(columns);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], engine.limits)) {
      await commands.run(kernels.rowNorms, {
        groups: Math.ceil((count * lanes) / engine.limits.group),
        buffers: {
          x: x.span(first, count),
          norms: spanOf(norms, first * 4, count * 4, engine.limits),
        },
        params: { rows: count, columns, lanes },
      });
    }
    engine.traffic.resultsDownloaded += x.rows * 4;
    return await engine.receive(doing, commands, [{ buffer: norms, bytes: x.rows * 4 }], (bytes) => {
      return new Float32Array(bytes).slice();
    });
  });
}

/** Shifts, scales and normalizes the rows in place; missing ones become 0. */
export async function transformRows(x: WebgpuMatrix, transform: RowTransform): Promise<void> {
  const doing = `transforming ${x.rows} x ${x.columns}`;
  const { engine, columns } = x;
  const { shift, scale, unit, missing } = transform;
  if (x.rows === 0) return;
  await engine.withTemporaries(doing, async (temporaries) => {
    const shifts = await temporaries.copy(pairsOf(shift ?? new Float64Array(columns)));
    const scales = await temporaries.copy(pairsOf(scale ?? new Float64Array(columns).fill(1)));
    const mask = await temporaries.copy(maskOf(missing));
    const commands = engine.commands(doing);
    const lanes = lanesFor(columns);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], engine.limits)) {
      await commands.run(kernels.transformRows, {
        groups: Math.ceil((count * lanes) / engine.limits.group),
        buffers: {
          x: x.span(first, count),
          shift: shifts,
          scale: scales,
          missing: missing === undefined ? mask : spanOf(mask.buffer, first * 4, count * 4, engine.limits),
        },
        params: { rows: count, columns, unit: Number(unit), masked: Number(missing !== undefined), lanes },
      });
    }
    commands.submit();
  });
}

/** Multiplies each row, in place, by the factor for all or by its own. */
export async function scaleRows(x: WebgpuMatrix, factor: number | Float32Array): Promise<void> {
  const doing = `scaling ${x.rows} x ${x.columns}`;
  const { engine, columns } = x;
  const each = typeof factor !== "number";
  if (x.rows === 0) return;
  await engine.withTemporaries(doing, async (temporaries) => {
    const factors = await temporaries.copy(each ? factor : Float32Array.of(factor));
    const commands = engine.commands(doing);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], engine.limits)) {
      await commands.run(kernels.scaleRows, {
        groups: Math.ceil((count * columns) / engine.limits.group),
        buffers: {
          x: x.span(first, count),
          factors: each ? spanOf(factors.buffer, first * 4, count * 4, engine.limits) : factors,
        },
        params: { length: count * columns, columns, each: Number(each) },
      });
    }
    commands.submit();
  });
}

/** y += alpha * x, into columns `firstColumn ..` of y. */
export async function addScaled(
  y: WebgpuMatrix,
  x: WebgpuMatrix,
  alpha: number,
  firstColumn: number,
): Promise<void> {
  // A kernel may not see one buffer twice if it changes it.
  if (x === y) return await scaleRows(y, 1 + alpha);
  const doing = `adding ${x.rows} x ${x.columns} to ${y.rows} x ${y.columns}`;
  const { engine, columns } = x;
  const commands = engine.commands(doing);
  for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes, y.rowBytes], engine.limits)) {
    await commands.run(kernels.addScaled, {
      groups: Math.ceil((count * columns) / engine.limits.group),
      buffers: { y: y.span(first, count), x: x.span(first, count) },
      params: { length: count * columns, columns, stride: y.columns, firstColumn, alpha },
    });
  }
  commands.submit();
}
