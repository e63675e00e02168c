import type { IdIndex } from "../data/ids.ts";
import type { ResolvedOptions, StartCentroids } from "../options/method-options.ts";
import type { ScaleFactor } from "../stages/scale.ts";
import { type ContentMap, contentMapParts } from "./content-map.ts";
import { type FrameArray, FrameReader, writeFrame } from "./frame.ts";
import { type InitializerHeader, idEntry, type ModalityShape, parseHeader, parseItemIds } from "./header.ts";
import { damaged } from "./header-rules.ts";

/** The tables of one modality of a fitted initializer. */
export interface ModalityTables extends Omit<ModalityShape, "masked" | "featureColumns" | "started"> {
  /** I x d_m, row-major: projected items, unscaled. */
  readonly items: Float32Array;
  /** (K + 1) x d_m, row-major: projected centroids, and the mean item as the last row. */
  readonly points: Float32Array;
  /** Cluster of each item, from 0 to K - 1; -1 where missing. */
  readonly labels: Int32Array;
  /** 1 for each item without the modality, else 0; undefined if every item has it. */
  readonly missing: Uint8Array | undefined;
  /** How raw features become rows of `items`. */
  readonly content: ContentMap;
}

/** All that folding in a user needs. */
export interface InitializerState {
  readonly options: ResolvedOptions;
  readonly dim: number;
  readonly userFactor: ScaleFactor;
  readonly itemFactor: ScaleFactor;
  readonly itemDegrees: Float64Array;
  readonly itemIds: IdIndex | undefined;
  readonly modalities: Readonly<Record<string, ModalityTables>>;
}

/**
 * The magic of the bytes. The arrays are itemDegrees (float64), and of each modality, in the header's order, items
 * and points (float32), labels (int32), missing (uint8) where the header says masked, the centroids that
 * k-means started from (float32, K x featureColumns) where it says started, and of its {@link ContentMap} the parts that the options
 * lead to ({@link contentMapParts}): shift, scale, center (float64) and matrix (float32).
 */
export const INITIALIZER_MAGIC = "wbinit";

/** Writes a state; equal states give equal bytes. */
export function encodeInitializer(state: InitializerState): Uint8Array {
  const arrays: FrameArray[] = [state.itemDegrees];
  const modalities: [string, ModalityShape][] = [];
  for (const [name, tables] of Object.entries(state.modalities)) {
    const { columns, clusters, weight, column, items, points, labels, missing, content } = tables;
    const start = state.options.centroids?.[name]?.data;
    const { featureColumns, shift, scale, center, matrix } = content;
    const masked = missing !== undefined;
    modalities.push([
      name,
      { columns, clusters, weight, column, masked, featureColumns, started: start !== undefined },
    ]);
    arrays.push(items, points, labels);
    for (const part of [missing, start, shift, scale, center, matrix])
      if (part !== undefined) arrays.push(part);
  }
  const { centroids: _, ...options } = state.options;
  const header: InitializerHeader = {
    options,
    userFactor: state.userFactor,
    itemFactor: state.itemFactor,
    itemCount: state.itemDegrees.length,
    itemIds: state.itemIds?.ids.map(idEntry) ?? null,
    modalities: Object.fromEntries(modalities),
  };
  return writeFrame(INITIALIZER_MAGIC, header, arrays);
}

/**
 * Reads what {@link encodeInitializer} wrote.
 *
 * @throws {WellbegunError} `format` if the bytes are not an initializer, are of a later version, are damaged,
 * or hold values that no fit gives.
 */
export function decodeInitializer(bytes: Uint8Array): InitializerState {
  const frame = new FrameReader(INITIALIZER_MAGIC, bytes);
  const header = parseHeader(frame.header);
  const { userFactor, itemFactor, itemCount } = header;
  const shapes = Object.entries(header.modalities);
  frame.expectArrays([
    8 * itemCount,
    ...shapes.flatMap(([name, { columns, clusters, masked, featureColumns, started }]) => {
      const { shift, scale, center, matrix } = contentMapParts(header.options, name);
      return [
        4 * itemCount * columns,
        4 * (clusters + 1) * columns,
        4 * itemCount,
        masked ? itemCount : 0,
        started ? 4 * clusters * featureColumns : 0,
        ...[shift, scale, center].map((held) => (held ? 8 * featureColumns : 0)),
        matrix ? 4 * featureColumns * columns : 0,
      ];
    }),
  ]);
  const itemIds = parseItemIds(header);
  const itemDegrees = frame.read(new Float64Array(itemCount), "itemDegrees", isDegree);
  const centroids: [string, StartCentroids][] = [];
  const modalities = shapes.map(
    ([name, { masked, featureColumns, started, ...shape }]): [string, ModalityTables] => {
      const { columns, clusters } = shape;
      const items = frame.read(new Float32Array(itemCount * columns), `${name}/items`, Number.isFinite);
      const points = frame.read(
        new Float32Array((clusters + 1) * columns),
        `${name}/points`,
        Number.isFinite,
      );
      const within = (value: number): boolean => value >= -1 && value < clusters;
      const labels = frame.read(new Int32Array(itemCount), `${name}/labels`, within);
      const missing = masked
        ? frame.read(new Uint8Array(itemCount), `${name}/missing`, (value) => value <= 1)
        : undefined;
      const lost = labels.findIndex((label, item) => label < 0 && missing?.[item] !== 1);
      if (lost >= 0)
        throw damaged("a cluster of an item that has the modality", "-1", `${name}/labels, ${lost}`);
      if (started) {
        const data = frame.read(
          new Float32Array(clusters * featureColumns),
          `${name}/start`,
          Number.isFinite,
        );
        centroids.push([name, { data, clusters }]);
      }
      const parts = contentMapParts(header.options, name);
      const perColumn = (part: "shift" | "scale" | "center"): Float64Array | undefined =>
        parts[part]
          ? frame.read(new Float64Array(featureColumns), `${name}/${part}`, Number.isFinite)
          : undefined;
      const content: ContentMap = {
        featureColumns,
        shift: perColumn("shift"),
        scale: perColumn("scale"),
        unit: parts.unit,
        center: perColumn("center"),
        matrix: parts.matrix
          ? frame.read(new Float32Array(featureColumns * columns), `${name}/matrix`, Number.isFinite)
          : undefined,
      };
      return [name, { ...shape, items, points, labels, missing, content }];
    },
  );
  const options =
    centroids.length === 0 ? header.options : { ...header.options, centroids: Object.fromEntries(centroids) };
  return {
    options,
    dim: header.options.dim,
    userFactor,
    itemFactor,
    itemDegrees,
    itemIds,
    modalities: Object.fromEntries(modalities),
  };
}

/** Whether a value is the number of an item's interactions, or the sum of their weights. */
export function isDegree(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
