import type { Run } from "../pipeline/run.ts";
import type { Stopwatch } from "../pipeline/stopwatch.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import type { FuseInput } from "../stages/fuse/fuse.ts";
import { itemTerms } from "../stages/fuse/item-terms.ts";
import { keepPopular, overPositions } from "../stages/fuse/popular-rows.ts";
import { itemScale, type ScaleFactor, userScale } from "../stages/scale.ts";
import type { TableRows } from "./blocks.ts";
import { emitTables, type Norms, scaleHeld, tableNorms } from "./passes.ts";
import type { TableSink } from "./sink.ts";

/** The norms and factors of the exported tables by name: `users`, `users.<modality>` and `items`. */
export interface ExportedTables {
  readonly widths: Readonly<Record<string, number>>;
  /** Norms of the rows before scaling. */
  readonly norms: Norms;
  /** The factor that rows were multiplied by. */
  readonly factors: Readonly<Record<string, ScaleFactor>>;
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
  const { perModality } = run;
  const { scale } = run.options;
  const { userCount, itemCount } = run.input.train;
  const [ofUsers, ofItems] = await times.measure("aggregate", () => fuseInputs(run, modalities));
  const users: TableRows = { name: "users", count: userCount, modalities: ofUsers, perModality };
  const items: TableRows = { name: "items", count: itemCount, modalities: ofItems, perModality: false };

  const itemNorms =
    scale === "items" ? await times.measure("scale", () => tableNorms(run, { ...items, perModality })) : {};
  const made = await exportUsers(run, users, itemNorms, sink, times);
  const factors = { ...made.factors, items: itemScale(scale, made.factors.users!) };
  const widths = { ...made.widths, items: run.combination.width };
  return await times.measure("export", async () => {
    await sink.begin("items", itemCount, widths.items);
    const found = await emitTables(run, items, { items: factors.items }, sink, itemNorms);
    return { widths, norms: { ...made.norms, ...itemNorms, ...found }, factors };
  });
}

/**
 * The inputs from which user and item tables are fused. Where not all rows are in memory, the rows that most
 * users touched are kept there; moving them changes the order of rows in the blocks of `modalities`.
 */
async function fuseInputs(
  { backend, input, memory }: Run,
  modalities: readonly Aggregated[],
): Promise<[users: FuseInput[], items: FuseInput[]]> {
  const ofUsers: FuseInput[] = [];
  const ofItems: FuseInput[] = [];
  for (const users of modalities) {
    const { blocks, items, clustering } = users;
    const terms = itemTerms(items.rows, clustering.counts.length, blocks.missing);
    const arranged =
      items === blocks ? await keepPopular(backend, blocks, input.train.items, memory.gatherRows) : undefined;
    const arrange = (one: FuseInput): FuseInput => {
      if (arranged === undefined) return one;
      const { table, positionOf } = arranged;
      return { ...one, items: table, local: one.local && overPositions(one.local, positionOf) };
    };
    ofUsers.push(arrange(users));
    ofItems.push(arrange({ ...users, ...terms }));
  }
  return [ofUsers, ofItems];
}

/**
 * Makes the scaled user tables. A factor that depends on all norms is known only after every row has been made.
 * A table that the sink holds in memory is scaled there; any other table is made twice, since making small
 * blocks twice costs less than keeping a whole table.
 */
async function exportUsers(
  run: Run,
  users: TableRows,
  itemNorms: Norms,
  sink: TableSink,
  times: Stopwatch,
): Promise<ExportedTables> {
  const { scale } = run.options;
  const widths = userWidths(run, users);
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
    return { widths, norms, factors };
  }
  const known = global ? await times.measure("aggregate", () => tableNorms(run, users)) : {};
  const factors = factorsFrom(known);
  return await times.measure("export", async () => {
    await begin();
    const found = await emitTables(run, users, factors, sink, known);
    return { widths, norms: { ...known, ...found }, factors };
  });
}

/** Width of each user table by its name. */
function userWidths({ combination }: Run, { modalities, perModality }: TableRows): Record<string, number> {
  const widths: Record<string, number> = { users: combination.width };
  if (perModality) for (const { modality, items } of modalities) widths[`users.${modality}`] = items.columns;
  return widths;
}

const none: Float32Array = new Float32Array(0);
