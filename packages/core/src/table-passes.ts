import type { Matrix } from "./backend/backend.ts";
import { checkpoint } from "./progress.ts";
import { type ScaleFactor, unitFactor } from "./stages/scale.ts";
import {
  type BlockFactors,
  createTableMaker,
  type TableBlock,
  type TableTerms,
} from "./stages/table-maker.ts";
import type { Run } from "./stages.ts";

/** Receives finished tables: `users`, `users.<modality>` and `items`. Several may be under way at once. */
export interface TableSink {
  /** Called once for each table, before its rows. */
  begin(name: string, rows: number, columns: number): void | Promise<void>;
  /** Rows `firstRow ..` of a table, ascending and without gaps. `view` is only valid until the call resolves. */
  write(name: string, firstRow: number, view: Float32Array): void | Promise<void>;
  /**
   * The whole of a table that has been begun, row-major, from a sink that keeps its tables in memory. With it a factor
   * that depends on all rows is multiplied in there; without it such a table is computed twice, first for the factor.
   */
  held?(name: string): Float32Array;
}

/** The rows that passes go through: all users, or all items. */
export interface TableRows {
  /** Name of the fused table; those by modality are `<name>.<modality>`. */
  readonly name: "users" | "items";
  readonly count: number;
  readonly terms: readonly TableTerms[];
  /** Whether there are tables by modality, too. */
  readonly perModality: boolean;
}

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
 * Makes all tables in their scale and hands them to the sink, which has been told of them.
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
    rows.terms.map(({ modality }) => [modality, numbers[`${rows.name}.${modality}`] ?? 1]),
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

/** Multiplies a table in memory; on a backend in the same memory, that is quicker than a loop here. */
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

/** Makes one block of all tables, and returns how to hand it over, if it is to be. */
type UseBlock = (
  make: (factors: BlockFactors) => Promise<TableBlock>,
  firstRow: number,
) => Promise<(() => Promise<void>) | undefined>;

/**
 * Goes through the rows block by block, in order. Where blocks lie in host memory, one is handed over (a file is written
 * by other threads than this one) while the next is made; so there are two that take turns.
 */
async function eachBlock(
  run: Run,
  { name, count: total, terms, perModality }: TableRows,
  stage: "aggregate" | "export",
  use: UseBlock,
): Promise<void> {
  const { tableBlockRows, gatherRows } = run.memory;
  const { combination, backend } = run;
  const maker = await createTableMaker(backend, terms, { combination, perModality, gatherRows });
  const takeTurns = backend.capabilities.hostMemory === true;
  let turn = 0;
  let handing: Promise<void> = Promise.resolve();
  try {
    for (let firstRow = 0; firstRow < total; firstRow += tableBlockRows) {
      await checkpoint(run.observer, "making the tables");
      const count = Math.min(tableBlockRows, total - firstRow);
      const handOver = await use((factors) => maker.make(firstRow, count, factors, turn), firstRow);
      await handing;
      if (handOver !== undefined) {
        handing = handOver();
        // Whoever waits for it hears of a failure; until then it is not unhandled.
        handing.catch(() => undefined);
        if (takeTurns) turn = 1 - turn;
        else await handing;
      }
      // The items' part is short, and must not turn the stage's progress back.
      if (name === "users") run.observer.onProgress?.({ stage, done: firstRow + count, total });
    }
    await handing;
  } finally {
    // It reads what the maker holds.
    await handing.catch(() => undefined);
    maker.dispose();
  }
}

function namedTables(name: string, { fused, perModality }: TableBlock): [string, Matrix][] {
  const ofModalities = Object.entries(perModality).map(([modality, matrix]): [string, Matrix] => [
    `${name}.${modality}`,
    matrix,
  ]);
  return [[name, fused], ...ofModalities];
}
