import type { Matrix } from "./backend/backend.ts";
import type { FitInput } from "./data/fit-input.ts";
import { tableNorms } from "./data/row-table.ts";
import type { MemoryDemand } from "./memory-plan.ts";
import type { ResolvedOptions } from "./options.ts";
import { checkpoint } from "./progress.ts";
import { fallbackReport, normStatistics, type Report, type TableReport } from "./report.ts";
import type { Combination } from "./stages/combine.ts";
import { forEachItemChunk } from "./stages/item-tables.ts";
import { projectingDemand } from "./stages/project.ts";
import {
  applyScale,
  itemScale,
  type ScaleFactor,
  scaledNorms,
  unitFactor,
  userScale,
} from "./stages/scale.ts";
import { createUserTableMaker, type UserBlock, type UserTableMaker } from "./stages/user-tables.ts";
import type { ModalityTerms, Run } from "./stages.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Receives finished tables: `users`, `users.<modality>` and `items`. Several may be under way at once. */
export interface TableSink {
  /** Called once for each table, before its rows. */
  begin(name: string, rows: number, columns: number): void | Promise<void>;
  /** Rows `firstRow ..` of a table, ascending and without gaps. `view` is only valid until the call resolves. */
  write(name: string, firstRow: number, view: Float32Array): void | Promise<void>;
}

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
  const names = Object.keys(options.modalities);
  const widthOf = (name: string): number =>
    options.project === "none" ? input.features[name]!.columns : options.dim;
  const userWidths: Record<string, number> = { users: combination.width };
  if (perModality) for (const name of names) userWidths[`users.${name}`] = widthOf(name);
  return {
    userWidths,
    demand: {
      items: input.interactions.itemCount,
      users: input.interactions.userCount,
      featureWidths: names.map((name) => input.features[name]!.columns),
      itemWidths: options.project === "none" ? [] : names.map(widthOf),
      userWidths: [combination.width, ...names.map(widthOf)],
      projecting: projectingDemand(
        options.project,
        names.map((name) => input.features[name]!.columns),
        options.dim,
      ),
    },
  };
}

/** What the user and item tables were multiplied with. */
export interface TableFactors {
  readonly users: ScaleFactor;
  readonly items: ScaleFactor;
}

/** fuse, combine, scale and export: makes the tables block by block, scales them, and hands them to the sink. */
export async function exportTables(
  run: Run,
  terms: readonly ModalityTerms[],
  explained: Readonly<Record<string, number | null>>,
  shapes: TableShapes,
  sink: TableSink,
  times: Stopwatch,
): Promise<{ report: Report; factors: TableFactors }> {
  const { backend, options, combination } = run;
  const maker = await createUserTableMaker(backend, terms, combination, run.memory.featureBlockRows);
  const kept: UserBlock[] = [];
  try {
    const norms = await times.measure("aggregate", () => userNorms(run, maker, shapes, kept));
    const items = await times.measure("scale", () => itemNorms(run, terms));
    const factors: Record<string, ScaleFactor> = {};
    const tables: Record<string, TableReport> = {};
    for (const [name, width] of Object.entries(shapes.userWidths)) {
      const ownItems = name === "users" ? items.fused : items.perModality[name.slice("users.".length)]!;
      factors[name] = userScale(options.scale, norms[name]!, width, ownItems);
      tables[name] = tableReport(norms[name]!, width, factors[name]);
    }
    factors.items = itemScale(options.scale, factors.users!);
    tables.items = tableReport(items.fused, combination.width, factors.items);

    await times.measure("export", async () => {
      for (const [name, width] of Object.entries(shapes.userWidths)) {
        await sink.begin(name, run.input.interactions.userCount, width);
      }
      for (const { firstRow, block } of userBlocks(run)) {
        const made = kept[block] ?? (await maker.make(firstRow, blockRows(run, firstRow)));
        try {
          for (const [name, matrix] of namedTables(made)) {
            if (factors[name] === undefined) continue;
            const rows = norms[name]!.subarray(firstRow, firstRow + matrix.rows);
            await applyScale(backend, matrix, factors[name], rows);
            await emit(run, sink, name, firstRow, matrix);
          }
        } finally {
          release(made);
        }
        run.observer.onProgress?.({
          stage: "export",
          done: firstRow + blockRows(run, firstRow),
          total: run.input.interactions.userCount,
        });
      }
      await emitItems(run, terms, sink, factors.items!);
    });
    return {
      report: makeReport(run, terms, explained, tables),
      factors: { users: factors.users!, items: factors.items },
    };
  } finally {
    for (const block of kept) release(block);
    maker.dispose();
  }
}

/** Norms of every row of every user table; the blocks are kept where memory allows. */
async function userNorms(
  run: Run,
  maker: UserTableMaker,
  shapes: TableShapes,
  kept: UserBlock[],
): Promise<Record<string, Float32Array>> {
  const users = run.input.interactions.userCount;
  const norms: Record<string, Float32Array> = {};
  for (const name of Object.keys(shapes.userWidths)) norms[name] = new Float32Array(users);
  for (const { firstRow } of userBlocks(run)) {
    await checkpoint(run.observer, "aggregating users");
    const made = await maker.make(firstRow, blockRows(run, firstRow));
    // The caller releases what is kept.
    if (run.memory.usersResident) kept.push(made);
    try {
      for (const [name, matrix] of namedTables(made))
        norms[name]?.set(await run.backend.rowNorms(matrix), firstRow);
    } finally {
      if (!run.memory.usersResident) release(made);
    }
    run.observer.onProgress?.({
      stage: "aggregate",
      done: firstRow + blockRows(run, firstRow),
      total: users,
    });
  }
  return norms;
}

async function itemNorms(
  run: Run,
  terms: readonly ModalityTerms[],
): Promise<{ fused: Float32Array; perModality: Record<string, Float32Array> }> {
  const { width } = run.combination;
  const fused = new Float32Array(run.input.interactions.itemCount);
  await forEachItemChunk(run.backend, terms, run.combination, (firstRow, rows) => {
    for (let r = 0; r < rows.length / width; r++) fused[firstRow + r] = rowNorm(rows, r * width, width);
  });
  const perModality: Record<string, Float32Array> = {};
  if (run.options.scale === "items") {
    for (const { modality, items, missing, mean } of terms) {
      const norms = await tableNorms(run.backend, items);
      // An item without the modality stands at the modality's mean, as in the fused table, never at zero.
      const ofMean = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
      perModality[modality] = norms.map((norm, item) => (missing?.[item] === 1 ? ofMean : norm));
    }
  } else {
    for (const { modality } of terms) perModality[modality] = fused;
  }
  return { fused, perModality };
}

async function emitItems(
  run: Run,
  terms: readonly ModalityTerms[],
  sink: TableSink,
  factor: ScaleFactor,
): Promise<void> {
  const { width } = run.combination;
  await sink.begin("items", run.input.interactions.itemCount, width);
  await forEachItemChunk(run.backend, terms, run.combination, async (firstRow, rows) => {
    await checkpoint(run.observer, "exporting items");
    for (let start = 0; start < rows.length; start += width) {
      const own = factor === "unit" ? unitFactor(rowNorm(rows, start, width)) : factor;
      for (let c = start; c < start + width; c++) rows[c]! *= own;
    }
    await sink.write("items", firstRow, rows);
  });
}

function rowNorm(rows: Float32Array, start: number, width: number): number {
  let squares = 0;
  for (let c = start; c < start + width; c++) squares += rows[c]! * rows[c]!;
  return Math.sqrt(squares);
}

function* userBlocks(run: Run): Generator<{ firstRow: number; block: number }> {
  const users = run.input.interactions.userCount;
  for (let block = 0; block * run.memory.userBlockRows < users; block++) {
    yield { firstRow: block * run.memory.userBlockRows, block };
  }
}

function blockRows(run: Run, firstRow: number): number {
  return Math.min(run.memory.userBlockRows, run.input.interactions.userCount - firstRow);
}

function namedTables(block: UserBlock): [string, Matrix][] {
  const perModality = Object.entries(block.perModality).map(([name, m]): [string, Matrix] => [
    `users.${name}`,
    m,
  ]);
  return [["users", block.fused], ...perModality];
}

function release(block: UserBlock): void {
  block.fused.dispose();
  for (const matrix of Object.values(block.perModality)) matrix.dispose();
}

async function emit(
  run: Run,
  sink: TableSink,
  name: string,
  firstRow: number,
  matrix: Matrix,
): Promise<void> {
  await checkpoint(run.observer, `exporting ${name}`);
  await run.backend.read(matrix, 0, matrix.rows, (view) => sink.write(name, firstRow, view));
}

function tableReport(norms: Float32Array, columns: number, factor: ScaleFactor): TableReport {
  return {
    rows: norms.length,
    columns,
    before: normStatistics(norms, columns),
    after: normStatistics(scaledNorms(norms, factor), columns),
    factor: factor === "unit" ? null : factor,
  };
}

function makeReport(
  run: Run,
  terms: readonly ModalityTerms[],
  explained: Readonly<Record<string, number | null>>,
  tables: Readonly<Record<string, TableReport>>,
): Report {
  const { interactions } = run.input;
  const { userCount, itemCount, items, offsets } = interactions;
  const withoutHistory: number[] = [];
  for (let u = 0; u < userCount; u++) if (offsets[u] === offsets[u + 1]) withoutHistory.push(u);
  const withoutFeatures: number[] = [];
  for (let i = 0; i < itemCount; i++) {
    if (terms.every(({ missing }) => missing?.[i] === 1)) withoutFeatures.push(i);
  }
  const noHistory = new Set(withoutHistory);
  return {
    input: {
      users: userCount,
      items: itemCount,
      interactions: items.length,
      sparsity: 1 - items.length / (userCount * itemCount),
      weighted: interactions.weights !== undefined,
      itemsWithoutUsers: itemCount - touchedItems(items, itemCount),
      modalities: byModality(run, ({ features }) => ({
        columns: features.blocks.columns,
        missingItems: features.missingCount,
      })),
    },
    clusters: byModality(run, ({ clustering }) => {
      const { inertia, iterations, converged, restart, reseeded, counts } = clustering!;
      return {
        clusters: counts.length,
        inertia,
        iterations,
        converged,
        restart,
        reseeded,
        sizes: [...counts],
      };
    }),
    explained,
    tables,
    usersWithoutHistory: fallbackReport(withoutHistory),
    usersWithoutModality: Object.fromEntries(
      terms.map(({ modality, aggregation }) => [
        modality,
        fallbackReport(aggregation.fallbackUsers.filter((user) => !noHistory.has(user))),
      ]),
    ),
    itemsWithoutFeatures: fallbackReport(withoutFeatures),
  };
}

function touchedItems(items: Uint32Array, itemCount: number): number {
  const touched = new Uint8Array(itemCount);
  for (let e = 0; e < items.length; e++) touched[items[e]!] = 1;
  let count = 0;
  for (let i = 0; i < itemCount; i++) count += touched[i]!;
  return count;
}

function byModality<T>(run: Run, describe: (state: Run["states"][string]) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(run.states).map(([name, state]) => [name, describe(state)]));
}
