import {
  denseFeatures,
  type EncoderIdentity,
  encoderDifference,
  type FeatureSource,
  type IdIndex,
  WellbegunError,
} from "@wellbegun/core";
import { expectRows, readFeatures } from "../data.ts";
import { centeredUnitRows, expectModalities } from "../models/content.ts";
import { decodeArrays, encodeArrays } from "../named-arrays.ts";
import type { ResolvedPretrainOptions } from "./pretrain-options.ts";
import type { PretrainEpoch, PretrainReport } from "./pretrain-record.ts";

/** How one modality enters the unified space: (x - mean) / |x - mean| times `map`. */
export interface ModalityMap {
  /** D_m. */
  readonly width: number;
  /** D_m values, the mean of the training items that have the modality. */
  readonly mean: Float32Array;
  /** D_m x d, row-major. */
  readonly map: Float32Array;
  /** What made the features that were learned from; undefined where it is unknown. */
  readonly encoder?: EncoderIdentity | undefined;
}

interface SpaceHeader extends Pick<PretrainedSpace, "options" | "curve" | "report"> {
  readonly kind: typeof KIND;
  readonly modalities: readonly (Pick<ModalityMap, "width" | "encoder"> & { readonly name: string })[];
}

const KIND = "pretrained space";
const PLACING = "placing items in a pretrained space";

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
   * @returns Items x d, float32, with the IDs of the features, and the space as their encoder: vectors of two spaces are told apart
   * (not in a page without a secure context, where the encoder is unknown).
   * @throws {WellbegunError} `mismatch` for an unknown modality, another width, another encoder than that of training where both
   * are known, or different numbers of rows; `invalid-data` for a value that is not finite, or without a modality.
   */
  async transform(features: Readonly<Record<string, FeatureSource>>): Promise<FeatureSource> {
    const { dimensions: d } = this.options;
    const { rows, ids } = commonRows(features);
    for (const [name, source] of Object.entries(features)) this.#expectModality(name, source);
    const sums = new Float64Array(rows * d);
    const counts = new Uint32Array(rows);
    for (const [name, table] of Object.entries(await readFeatures({ features: byName(features) }))) {
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
    const unified = denseFeatures(values, rows, d, { missing, ids, label: "unified" });
    return { ...unified, encoder: await this.#identity() };
  }

  /** The maps, the options, the curve and the report as bytes, for {@link readPretrainedSpace}. Equal spaces give equal bytes. */
  async toBytes(): Promise<Uint8Array> {
    const { options, curve, report, maps } = this;
    const modalities = Object.entries(maps).map(([name, { width, encoder }]) => ({ name, width, encoder }));
    const arrays = Object.entries(maps).flatMap(([name, { mean, map }]) => [
      { name: `mean/${name}`, length: mean.length, fill: (into: Float32Array) => into.set(mean) },
      { name: `map/${name}`, length: map.length, fill: (into: Float32Array) => into.set(map) },
    ]);
    return await encodeArrays<SpaceHeader>({ kind: KIND, options, curve, report, modalities }, arrays);
  }

  /** The space as an encoder: the SHA-256 of its bytes. Undefined in a page without a secure context, which has no SHA-256. */
  async #identity(): Promise<EncoderIdentity | undefined> {
    const { subtle }: Partial<Crypto> = crypto;
    if (subtle === undefined) return undefined;
    const digest = await subtle.digest("SHA-256", (await this.toBytes()) as Uint8Array<ArrayBuffer>);
    const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return {
      name: "pretrain",
      revision: null,
      modality: "unified",
      width: this.options.dimensions,
      preprocessing: {},
      files: { "space.bin": sha256 },
      runtime: "@wellbegun/train",
    };
  }

  #expectModality(name: string, { columns, encoder }: FeatureSource): void {
    const own = this.maps[name];
    const refuse = (expected: string, found: string): WellbegunError =>
      new WellbegunError("mismatch", { doing: PLACING, expected, found, at: `features of ${name}` });
    if (own?.width !== columns) {
      const known = Object.entries(this.maps).map(([one, { width }]) => `${one} (${width} columns)`);
      throw refuse(`features of ${known.join(", ")}`, `${columns} columns`);
    }
    if (own.encoder === undefined || encoder === undefined) return;
    const difference = encoderDifference(own.encoder, encoder);
    if (difference === undefined) return;
    throw refuse(
      `vectors of the encoder ${own.encoder.name}, as in training`,
      `those of ${encoder.name} (${difference})`,
    );
  }
}

/**
 * Reads what {@link PretrainedSpace.toBytes} wrote.
 *
 * @param label What to call the bytes in errors, such as a path. Default: `the bytes`.
 * @throws {WellbegunError} `format` for other bytes.
 */
export function readPretrainedSpace(bytes: Uint8Array, label: string = "the bytes"): PretrainedSpace {
  const doing = "reading a pretrained space";
  const broken = (expected: string, found: string): WellbegunError =>
    new WellbegunError("format", { doing, expected, found, at: label });
  const { header, arrays } = decodeArrays<SpaceHeader>(bytes, doing, label);
  if (header.kind !== KIND) throw broken("what pretrain wrote", "a checkpoint of a training");
  if (
    !Array.isArray(header.modalities) ||
    !header.modalities.every((one) => typeof one?.name === "string") ||
    !Number.isSafeInteger(header.options?.dimensions)
  ) {
    throw broken("modalities and options", "a header without them");
  }
  const array = (name: string, length: number): Float32Array => {
    const found = arrays.get(name);
    if (found?.length === length) return found;
    throw broken(`${length} values of ${name}`, `${found?.length ?? "none"}`);
  };
  const { options, modalities, curve, report } = header;
  const maps = modalities.map(({ name, width, encoder }): [string, ModalityMap] => {
    const mean = array(`mean/${name}`, width);
    return [name, { width, encoder, mean, map: array(`map/${name}`, width * options.dimensions) }];
  });
  return new PretrainedSpace(options, Object.fromEntries(maps), curve, report);
}

/** The same modalities in the order of their names, on which neither random numbers nor sums may depend. */
export function byName<T>(modalities: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(modalities).sort(([a], [b]) => (a < b ? -1 : 1)));
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
  const [first, { rows }] = sources[0]!;
  const ids = sources.find(([, source]) => source.ids !== undefined)?.[1].ids;
  for (const [name, source] of sources) {
    const at = source.label ?? `features of ${name}`;
    expectRows("items", at, [rows, ids], [source.rows, source.ids], `modality ${first}`);
  }
  return { rows, ids };
}
