import type { FitInput } from "./data/dataset.ts";
import { makeReport, tableReport } from "./fit-report.ts";
import type { MemoryDemand } from "./memory-plan.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Report, TableReport } from "./report.ts";
import type { Combination } from "./stages/combine.ts";
import { itemRows } from "./stages/item-tables.ts";
import { keepPopular, overPlaces } from "./stages/popular-rows.ts";
import { projectingDemand } from "./stages/project.ts";
import { itemScale, type ScaleFactor } from "./stages/scale.ts";
import type { TableTerms } from "./stages/table-maker.ts";
import type { ModalityTerms, Run } from "./stages.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { emitTables, type Norms, type TableRows, type TableSink, tableNorms } from "./table-passes.ts";
import { makeUserTables } from "./user-tables.ts";

/** Which tables a run makes, and how large everything is. */
export interface TableShapes {
  /** Width by table name, user tables only. */
  readonly userWidths: Readonly<Record<string, number>>;
  readonly demand: MemoryDemand;
}

/** Sizes up a run. */
export function tableShapes(
  input: FitInput,
  options: ResolvedOptions,
  combination: Combination,
  perModality: boolean,
): TableShapes {
  const names = options.modalities;
  const widthOf = (name: string): number =>
    options.project === "none" ? input.features[name]!.columns : options.dim;
  const userWidths: Record<string, number> = { users: combination.width };
  if (perModality) for (const name of names) userWidths[`users.${name}`] = widthOf(name);
  return {
    userWidths,
    demand: {
      items: input.train.itemCount,
      users: input.train.userCount,
      interactions: input.train.items.length,
      featureWidths: names.map((name) => input.features[name]!.columns),
      itemWidths: options.project === "none" ? [] : names.map(widthOf),
      tableWidths: [combination.width, ...names.map(widthOf)],
      clusterBytes: Math.max(
        ...names.map((name) => 12 * options.clusters[name]! * input.features[name]!.columns),
      ),
      seedBytes:
        4 *
        Math.min(options.initSize ?? 0, input.train.itemCount) *
        Math.max(...names.map((name) => input.features[name]!.columns)),
      projecting: projectingDemand(
        options.project,
        names.map((name) => input.features[name]!.columns),
        options.dim,
        options.smooth === 0
          ? undefined
          : {
              users: input.train.userCount,
              items: input.train.itemCount,
              interactions: input.train.items.length,
            },
      ),
    },
  };
}

/** What the user and item tables were multiplied with. */
export interface TableFactors {
  readonly users: ScaleFactor;
  readonly items: ScaleFactor;
}

/** fuse, combine, scale and export: makes the tables block by block and hands them to the sink. */
export async function exportTables(
  run: Run,
  terms: readonly ModalityTerms[],
  explained: Readonly<Record<string, number | null>>,
  shapes: TableShapes,
  sink: TableSink,
  times: Stopwatch,
): Promise<{ report: Report; factors: TableFactors }> {
  const { scale } = run.options;
  const { userCount, itemCount } = run.input.train;
  const { userWidths } = shapes;
  const perModality = Object.keys(userWidths).length > 1;
  const [ofUsers, ofItems] = await times.measure("aggregate", () => arrangedTerms(run, terms));
  const users: TableRows = { name: "users", count: userCount, terms: ofUsers, perModality };
  const items: TableRows = { name: "items", count: itemCount, terms: ofItems, perModality: false };

  const itemNorms =
    scale === "items" ? await times.measure("scale", () => tableNorms(run, { ...items, perModality })) : {};
  const { norms: userNorms, factors } = await makeUserTables(run, users, userWidths, itemNorms, sink, times);
  const itemFactor = itemScale(scale, factors.users!);

  return await times.measure("export", async () => {
    await sink.begin("items", itemCount, run.combination.width);
    const found = await emitTables(run, items, { items: itemFactor }, sink, itemNorms);
    const norms: Norms = { ...userNorms, ...itemNorms, ...found };
    const tables: Record<string, TableReport> = {};
    for (const [name, width] of Object.entries({ ...userWidths, items: run.combination.width })) {
      tables[name] = tableReport(norms[name]!, width, name === "items" ? itemFactor : factors[name]!);
    }
    return {
      report: makeReport(run, terms, explained, tables),
      factors: { users: factors.users!, items: itemFactor },
    };
  });
}

/** The terms of users and of items, with the rows that are touched most kept in memory where not all are. */
async function arrangedTerms(
  { backend, input, memory, states }: Run,
  terms: readonly ModalityTerms[],
): Promise<[users: TableTerms[], items: TableTerms[]]> {
  const ofUsers: TableTerms[] = [];
  const ofItems: TableTerms[] = [];
  for (const { aggregation, missing, ...term } of terms) {
    const { blocks } = states[term.modality]!.features;
    const arranged =
      term.items === blocks
        ? await keepPopular(backend, blocks, input.train.items, memory.gatherRows)
        : undefined;
    const add = (to: TableTerms[], { local, global }: Pick<TableTerms, "local" | "global">): void => {
      if (arranged === undefined) to.push({ ...term, local, global });
      else {
        const { table, placeOf } = arranged;
        to.push({ ...term, items: table, local: local && overPlaces(local, placeOf), global });
      }
    };
    add(ofUsers, aggregation);
    add(ofItems, itemRows(term.items.rows, term.clusters, missing));
  }
  return [ofUsers, ofItems];
}
