import type { Run } from "../pipeline/run.ts";
import type { Stopwatch } from "../pipeline/stopwatch.ts";
import { checkpoint } from "../progress.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import { NormTally } from "../stages/norm-totals.ts";
import { itemScale, type ScaleFactor, userScale } from "../stages/scale.ts";
import type { TableRows } from "./blocks.ts";
import { emitTables, type Norms, tableNorms } from "./passes.ts";
import { tableRows, type UserCoverage } from "./rows.ts";
import type { TableSink } from "./sink.ts";

/** The norms and factors of the exported tables by name: `users`, `users.<modality>` and `items`. */
export interface ExportedTables {
  readonly widths: Readonly<Record<string, number>>;
  /** Norms of the rows before scaling. */
  readonly norms: Norms;
  /** The factor that rows were multiplied by. */
  readonly factors: Readonly<Record<string, ScaleFactor>>;
  readonly coverage: UserCoverage;
}

/**
 * The stages `fuse`, `combine`, `scale` and `export`: makes the tables block by block and writes them to the
 * sink.
 */
export async function exportTables(
  run: Run,
  modalities: readonly Aggregated[],
  sink: TableSink,
  times: Stopwatch,
): Promise<ExportedTables> {
  const { scale } = run.options;
  const { users, items, coverage } = await times.measure("aggregate", () => tableRows(run, modalities));
  const { perModality } = users;
  const itemNorms =
    scale === "items" ? await times.measure("scale", () => tableNorms(run, { ...items, perModality })) : {};
  const made = await exportUsers(run, users, itemNorms, sink, times);
  const factors = { ...made.factors, items: itemScale(scale, made.factors.users!) };
  const widths = { ...made.widths, items: run.combination.width };
  return await times.measure("export", async () => {
    await sink.begin("items", items.count, widths.items);
    const found = await emitTables(run, items, { items: factors.items }, sink);
    return { widths, norms: { ...made.norms, ...found }, factors, coverage: coverage() };
  });
}

/**
 * Makes the scaled user tables. A factor that depends on all norms is known only after every row has been made:
 * the sink applies it to its table. For a sink that cannot, the rows are made twice.
 */
async function exportUsers(
  run: Run,
  users: TableRows,
  itemNorms: Norms,
  sink: TableSink,
  times: Stopwatch,
): Promise<Omit<ExportedTables, "coverage">> {
  const { scale } = run.options;
  const widths = userWidths(run, users);
  const begin = async (): Promise<void> => {
    for (const [name, width] of Object.entries(widths)) await sink.begin(name, users.count, width);
  };
  const eachTable = (factor: (name: string, width: number) => ScaleFactor): Record<string, ScaleFactor> =>
    Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, factor(name, width)]));
  const factorsFrom = (norms: Norms): Record<string, ScaleFactor> =>
    eachTable((name, width) => {
      const ofItems = itemNorms[name.replace("users", "items")] ?? none;
      return userScale(scale, norms[name] ?? none, width, ofItems);
    });

  const global = scale === "items" || scale === "xavier";
  if (global && sink.scale !== undefined) {
    await begin();
    const unscaled = eachTable(() => 1);
    const norms = await times.measure("aggregate", () => emitTables(run, users, unscaled, sink, "aggregate"));
    const factors = factorsFrom(norms);
    await times.measure("export", () => scaleTables(run, factors, sink));
    return { widths, norms, factors };
  }
  const factors = factorsFrom(global ? await times.measure("aggregate", () => tableNorms(run, users)) : {});
  return await times.measure("export", async () => {
    await begin();
    return { widths, norms: await emitTables(run, users, factors, sink), factors };
  });
}

async function scaleTables(
  { observer }: Run,
  factors: Readonly<Record<string, ScaleFactor>>,
  sink: TableSink,
): Promise<void> {
  const tables = Object.entries(factors);
  for (const [done, [name, factor]] of tables.entries()) {
    await checkpoint(observer, `scaling ${name}`);
    observer.onProgress?.({ stage: "export", done, total: tables.length });
    if (factor !== 1) await sink.scale!(name, Number(factor));
  }
  observer.onProgress?.({ stage: "export", done: tables.length, total: tables.length });
}

/** Width of each user table by its name. */
function userWidths({ combination }: Run, { modalities, perModality }: TableRows): Record<string, number> {
  const widths: Record<string, number> = { users: combination.width };
  if (perModality) for (const { modality, items } of modalities) widths[`users.${modality}`] = items.columns;
  return widths;
}

const none: NormTally = new NormTally();
