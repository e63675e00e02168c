import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import { NormTally, type NormTotals } from "../stages/norm-totals.ts";
import { type ScaleFactor, unitFactor } from "../stages/scale.ts";
import { eachBlock, namedTables, type TableRows } from "./blocks.ts";
import type { TableSink } from "./sink.ts";

/** Sums over the norms of rows before scaling, by table name. */
export type Norms = Readonly<Record<string, NormTotals>>;

/** The norms of all rows of all tables, before scaling. */
export async function tableNorms(run: Run, rows: TableRows): Promise<Norms> {
  const norms = new Tallies();
  await eachBlock(run, rows, "aggregate", async (block) => {
    for (const [name, matrix] of namedTables(rows.name, block)) {
      norms.of(name).add(await run.backend.rowNorms(matrix));
    }
    return undefined;
  });
  return norms.totals();
}

/**
 * Makes all tables scaled and writes them to the sink, for which `begin` was called before.
 *
 * @returns The norms before scaling.
 */
export async function emitTables(
  run: Run,
  rows: TableRows,
  factors: Readonly<Record<string, ScaleFactor>>,
  sink: TableSink,
  stage: "aggregate" | "export" = "export",
): Promise<Norms> {
  const { backend } = run;
  const norms = new Tallies();
  await eachBlock(run, rows, stage, async (block, firstRow) => {
    const tables = namedTables(rows.name, block);
    for (const [name, matrix] of tables) {
      const found = await backend.rowNorms(matrix);
      norms.of(name).add(found);
      const factor = factors[name]!;
      if (factor !== 1) await backend.scaleRows(matrix, factor === "unit" ? found.map(unitFactor) : factor);
    }
    return async () => {
      for (const [name, matrix] of tables) {
        await checkpoint(run.observer, `exporting ${name}`);
        await backend.read(matrix, 0, matrix.rows, (view) => sink.write(name, firstRow, view));
      }
    };
  });
  return norms.totals();
}

/** A tally for each table. */
class Tallies {
  readonly #tallies: Map<string, NormTally> = new Map();

  of(name: string): NormTally {
    const tally = this.#tallies.get(name) ?? new NormTally();
    this.#tallies.set(name, tally);
    return tally;
  }

  totals(): Norms {
    return Object.fromEntries(this.#tallies);
  }
}
