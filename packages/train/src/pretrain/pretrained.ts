import { denseFeatures, type FeatureSource, type IdIndex, WellbegunError } from "@wellbegun/core";
import { expectRows, readFeatures } from "../data.ts";
import { centeredUnitRows, expectModalities } from "../models/content.ts";
import type { LossTerms } from "../models/model.ts";
import type { ResolvedPretrainOptions } from "./pretrain-options.ts";

/** What happened in one epoch of {@link pretrain}. */
export interface PretrainEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss of the batches. */
  readonly loss: number;
  /** Its terms with their weights. */
  readonly terms: LossTerms;
  /** Mean loss of the held-out items, with the same hidden columns in every epoch. */
  readonly heldOut: number;
}

/** How {@link pretrain} ended. */
export interface PretrainReport {
  /** The epoch with the lowest held-out loss, whose maps are kept. */
  readonly bestEpoch: number;
  /** `patience`: converged; `epochs`: it might have gone on. */
  readonly stopped: "patience" | "epochs";
}

/** How one modality enters the unified space: (x - mean) / |x - mean| times `map`. */
export interface ModalityMap {
  /** D_m. */
  readonly width: number;
  readonly mean: Float64Array;
  /** D_m x d, row-major. */
  readonly map: Float32Array;
}

/** A learned unified space of items. */
export class PretrainedSpace {
  readonly options: ResolvedPretrainOptions;
  readonly maps: Readonly<Record<string, ModalityMap>>;
  readonly curve: readonly PretrainEpoch[];
  readonly report: PretrainReport;

  constructor(
    options: ResolvedPretrainOptions,
    maps: Readonly<Record<string, ModalityMap>>,
    curve: readonly PretrainEpoch[],
    report: PretrainReport,
  ) {
    this.options = options;
    this.maps = maps;
    this.curve = curve;
    this.report = report;
  }

  /**
   * The unified vectors of items, those of training or new ones: the mean of what each modality gives that the item has. An
   * item without any modality is missing in the result. Modalities may be left out, and items are then missing there.
   *
   * @param features Raw features by modality, as {@link pretrain} takes them.
   * @returns Items x d, float32, with the IDs of the features.
   * @throws {WellbegunError} `mismatch` for an unknown modality, another width, or different numbers of rows; `invalid-data` for a
   * value that is not finite, or without a modality.
   */
  async transform(features: Readonly<Record<string, FeatureSource>>): Promise<FeatureSource> {
    const { dimensions: d } = this.options;
    const { rows, ids } = commonRows(features);
    for (const [name, { columns }] of Object.entries(features)) this.#expectWidth(name, columns);
    const sums = new Float64Array(rows * d);
    const counts = new Uint32Array(rows);
    for (const [name, table] of Object.entries(await readFeatures({ features }))) {
      const { mean, map, width } = this.maps[name]!;
      const prepared = centeredUnitRows(table, mean);
      for (let row = 0; row < rows; row++) {
        if (table.missing?.[row] === 1) continue;
        counts[row]!++;
        for (let c = 0; c < width; c++) {
          const value = prepared[row * width + c]!;
          for (let k = 0; k < d; k++) sums[row * d + k]! += value * map[c * d + k]!;
        }
      }
    }
    const values = Float32Array.from(sums, (sum, at) => sum / Math.max(counts[Math.floor(at / d)]!, 1));
    const missing = counts.some((count) => count === 0)
      ? Uint8Array.from(counts, (count) => (count === 0 ? 1 : 0))
      : undefined;
    return denseFeatures(values, rows, d, { missing, ids, label: "unified" });
  }

  #expectWidth(name: string, columns: number): void {
    const width = this.maps[name]?.width;
    if (width === columns) return;
    const known = Object.entries(this.maps).map(([one, { width }]) => `${one} (${width} columns)`);
    throw new WellbegunError("mismatch", {
      doing: "placing items in a pretrained space",
      expected: `features of ${known.join(", ")}`,
      found: `${columns} columns`,
      at: `features of ${name}`,
    });
  }
}

/**
 * The number of items that all modalities have, and their IDs where one knows them.
 *
 * @throws {WellbegunError} `invalid-data` without a modality; `mismatch`, naming the modality whose rows differ.
 */
export function commonRows(features: Readonly<Record<string, FeatureSource>>): {
  readonly rows: number;
  readonly ids: IdIndex | undefined;
} {
  expectModalities(features);
  const sources = Object.entries(features);
  const { rows } = sources[0]![1];
  const ids = sources.find(([, source]) => source.ids !== undefined)?.[1].ids;
  for (const [name, source] of sources) {
    expectRows("items", source.label ?? `features of ${name}`, [rows, ids], [source.rows, source.ids]);
  }
  return { rows, ids };
}
