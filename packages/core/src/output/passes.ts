import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import { type ScaleFactor, unitFactor } from "../stages/scale.ts";
import { eachBlock, namedTables, type TableRows } from "./blocks.ts";
import type { TableSink } from "./sink.ts";

/** Norms by table name. */
export type Norms = Readonly<Record<string, Float32Array>>;

/** Norms of all rows of all tables, before scaling. */
export async function tableNorms(run: Run, rows: TableRows): Promise<Norms> {
  const norms: Record<string, Float32Array> = {};
  await eachBlock(run, rows, "aggregate", async (make, firstRow) => {
    const block = await make({ fused: 1, perModality: {} });
    for (const [name, matrix] of namedTables(rows.name, block)) {
      norms[name] ??= new Float32Array(rows.count);
      norms[name].set(await run.backend.rowNorms(matrix), firstRow);
    }
    return undefined;
  });
  return norms;
}

/**
 * Makes all tables scaled and writes them to the sink, for which `begin` was called before.
 *
 * @returns The norms before scaling of the tables that are not in `known`.
 */
export async function emitTables(
  run: Run,
  rows: TableRows,
  factors: Readonly<Record<string, ScaleFactor>>,
  sink: TableSink,
  known: Norms,
  stage: "aggregate" | "export" = "export",
): Promise<Norms> {
  const { backend } = run;
  const numbers: Record<string, number> = {};
  for (const [name, factor] of Object.entries(factors)) numbers[name] = factor === "unit" ? 1 : factor;
  const perModality = Object.fromEntries(
    rows.modalities.map(({ modality }) => [modality, numbers[`${rows.name}.${modality}`] ?? 1]),
  );
  const norms: Record<string, Float32Array> = {};
  await eachBlock(run, rows, stage, async (make, firstRow) => {
    const tables = namedTables(rows.name, await make({ fused: numbers[rows.name]!, perModality }));
    for (const [name, matrix] of tables) {
      if (known[name] === undefined) {
        const found = await backend.rowNorms(matrix);
        const own = norms[name] ?? new Float32Array(rows.count);
        norms[name] = own;
        const factor = numbers[name]!;
        for (let r = 0; r < found.length; r++) own[firstRow + r] = found[r]! / factor;
        if (factors[name] === "unit") await backend.scaleRows(matrix, found.map(unitFactor));
      }
    }
    return async () => {
      for (const [name, matrix] of tables) {
        await checkpoint(run.observer, `exporting ${name}`);
        await backend.read(matrix, 0, matrix.rows, (view) => sink.write(name, firstRow, view));
      }
    };
  });
  return norms;
}

/** Multiplies a table in memory; a backend in the same memory does it faster than a loop here. */
export async function scaleHeld(
  run: Run,
  table: Float32Array,
  columns: number,
  factor: number,
): Promise<void> {
  const { backend, memory } = run;
  const rows = table.length / columns;
  if (factor === 1 || rows === 0) return;
  const height = Math.min(rows, memory.tableBlockRows);
  const block = await backend.create(height, columns);
  try {
    for (let first = 0; first < rows; first += height) {
      await checkpoint(run.observer, "scaling the tables");
      const count = Math.min(height, rows - first);
      const view = table.subarray(first * columns, (first + count) * columns);
      await backend.write(block, 0, count, (into) => into.set(view));
      await backend.scaleRows(block, factor);
      await backend.read(block, 0, count, (scaled) => view.set(scaled));
    }
  } finally {
    block.dispose();
  }
}
