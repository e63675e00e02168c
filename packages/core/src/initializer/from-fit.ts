import type { Backend } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import type { ExportedTables } from "../output/export.ts";
import type { Run } from "../pipeline/run.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import type { ModalityTables } from "./bytes.ts";
import { readContentMap } from "./content-map.ts";
import { Initializer } from "./initializer.ts";

/** The part of each modality's {@link Aggregated} that an initializer keeps, by modality. */
export type InitializerTables = Readonly<Record<string, ModalityTables>>;

/**
 * Reads from the backend what an initializer keeps: an initializer outlives the backend and is written as
 * bytes, so it cannot keep an {@link Aggregated}.
 */
export async function readInitializerTables(
  { backend, combination }: Run,
  modalities: readonly Aggregated[],
): Promise<InitializerTables> {
  const tables: Record<string, ModalityTables> = {};
  for (const [index, aggregated] of modalities.entries()) {
    const { modality, blocks, clustering, items, points } = aggregated;
    const { weight, columnOffset } = combination.parts[index]!;
    tables[modality] = {
      columns: items.columns,
      clusters: clustering.counts.length,
      weight,
      column: columnOffset,
      items: await readRows(backend, items),
      points,
      labels: clustering.labels,
      missing: blocks.missing,
      content: await readContentMap(backend, aggregated),
    };
  }
  return tables;
}

/** The initializer of a fit whose tables have been scaled. */
export function fittedInitializer(
  { combination, train }: Run,
  options: ResolvedOptions,
  modalities: InitializerTables,
  { factors }: ExportedTables,
): Initializer {
  return new Initializer({
    options,
    dim: combination.width,
    userFactor: factors.users!,
    itemFactor: factors.items!,
    itemDegrees: train.itemDegrees,
    itemIds: train.itemIds,
    modalities,
  });
}

async function readRows(backend: Backend, table: RowTable): Promise<Float32Array> {
  const data = new Float32Array(table.rows * table.columns);
  for (let block = 0; block < table.blockCount; block++) {
    const matrix = await table.load(block);
    await backend.read(matrix, 0, matrix.rows, (view) =>
      data.set(view, table.firstRow(block) * table.columns),
    );
  }
  return data;
}
