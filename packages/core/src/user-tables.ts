import { type ScaleFactor, userScale } from "./stages/scale.ts";
import type { Run } from "./stages.ts";
import type { Stopwatch } from "./stopwatch.ts";
import {
  emitTables,
  type Norms,
  scaleHeld,
  type TableRows,
  type TableSink,
  tableNorms,
} from "./table-passes.ts";

/** What the user tables were like before scaling, and what they were multiplied with, by table name. */
export interface UserTables {
  readonly norms: Norms;
  readonly factors: Readonly<Record<string, ScaleFactor>>;
}

/**
 * Makes the user tables, of the given widths, in their scale. A factor that depends on all norms is known only when
 * every row has been made: a table that the sink holds in memory is scaled there, another one is made twice, since
 * small blocks that are made twice cost less than a whole table that is kept.
 */
export async function makeUserTables(
  run: Run,
  users: TableRows,
  widths: Readonly<Record<string, number>>,
  itemNorms: Norms,
  sink: TableSink,
  times: Stopwatch,
): Promise<UserTables> {
  const { scale } = run.options;
  const begin = async (): Promise<void> => {
    for (const [name, width] of Object.entries(widths)) await sink.begin(name, users.count, width);
  };
  const eachTable = (factor: (name: string, width: number) => ScaleFactor): Record<string, ScaleFactor> =>
    Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, factor(name, width)]));
  const factorsFrom = (norms: Norms): Record<string, ScaleFactor> =>
    eachTable((name, width) => {
      const own = itemNorms[name.replace("users", "items")] ?? none;
      return userScale(scale, norms[name] ?? none, width, own);
    });

  const global = scale === "items" || scale === "xavier";
  const held = run.backend.capabilities.hostMemory === true ? sink.held?.bind(sink) : undefined;
  if (global && held !== undefined) {
    await begin();
    const unscaled = eachTable(() => 1);
    const norms = await times.measure("aggregate", () =>
      emitTables(run, users, unscaled, sink, {}, "aggregate"),
    );
    const factors = factorsFrom(norms);
    await times.measure("export", async () => {
      const tables = Object.entries(widths);
      for (const [done, [name, width]] of tables.entries()) {
        run.observer.onProgress?.({ stage: "export", done, total: tables.length });
        await scaleHeld(run, held(name), width, Number(factors[name]));
      }
      run.observer.onProgress?.({ stage: "export", done: tables.length, total: tables.length });
    });
    return { norms, factors };
  }
  const known = global ? await times.measure("aggregate", () => tableNorms(run, users)) : {};
  const factors = factorsFrom(known);
  return await times.measure("export", async () => {
    await begin();
    const found = await emitTables(run, users, factors, sink, known);
    return { norms: { ...known, ...found }, factors };
  });
}

const none: Float32Array = new Float32Array(0);
