import { type Backend, defaultBackend, type FeatureSource, WellbegunError } from "@wellbegun/core";
import { checkpoint, createRandom } from "@wellbegun/core/support";
import { addTerms, sumOf } from "../curve.ts";
import { readFeatures } from "../data.ts";
import { centeredUnitRows, columnMeans } from "../models/content.ts";
import type { FeatureTable, LossTerms } from "../models/model.ts";
import { Parameters } from "../models/parameters.ts";
import { trainingOperations } from "../operations/host-training.ts";
import { download, withScope } from "../operations/scope.ts";
import { Adam } from "../optimizer.ts";
import { shuffled } from "../sampler.ts";
import { rateOf } from "../schedule.ts";
import {
  type PretrainOptions,
  type ResolvedPretrainOptions,
  resolvePretrainOptions,
} from "./pretrain-options.ts";
import type { PretrainEpoch } from "./pretrain-record.ts";
import { byName, commonRows, type ModalityMap, PretrainedSpace } from "./pretrained.ts";
import { UnifiedModel } from "./unified-model.ts";
import { drawViews } from "./views.ts";

const DOING = "pretraining";
/** A held-out loss counts as lower if it is so by this share: with a decaying rate it creeps on for ever. */
const LEAST_GAIN = 1e-3;

/**
 * Learns one space for the items from the feature matrices of their modalities: AlignRec's first alignment, within contents (ICA
 * in Liu et al., CIKM 2024), where there are no raw pixels. No interactions are read.
 *
 * Each modality is a token: a linear map of its centered rows of length 1. An item's vector z is the mean of the tokens that it has.
 * Every batch is seen in three views (all modalities, a random one, the others), each with a random share of columns hidden:
 *
 *     loss = mean over views and modalities of |X' - X|^2 per entry (hidden entries weigh 1, visible ones `visible`)
 *          + contrast / 2 (InfoNCE(one, others) + InfoNCE(others, one))
 *          + similarity |z z^T - cos(X, X)|_F / items
 *
 * The first term is masked modeling over modality tokens: a view that hides a modality predicts it from the others. The second is
 * contrastive, the third is the regularizer of AlignRec's own training. The paper fine-tunes BEiT-3 on pixels and words instead, and
 * its code has no such step. Maps are linear: a new item costs one product. docs/experiments.md says what the learned space reaches;
 * nothing beyond that is claimed.
 *
 * With one modality there is nothing to align: what remains is a masked linear autoencoder.
 *
 * Trains until the loss of held-out items has not fallen by a thousandth for `patience` epochs, and keeps the maps of the
 * epoch that these follow. One seed gives one result, on every runtime and in every order of the modalities.
 *
 * @param features I x D_m by modality, float32; an item stays out of the terms of a modality that it does not have.
 * @returns The space; its {@link PretrainedSpace.transform} gives the items' vectors, I x d, for `fit`, `train` or a file.
 * @throws {WellbegunError} `invalid-option`, naming the option; `mismatch` for modalities of different items; `invalid-data`
 * without a modality, with fewer than two items that have one, for a value that is not finite, and for a loss that is not; `aborted`.
 */
export async function pretrain(
  features: Readonly<Record<string, FeatureSource>>,
  options: PretrainOptions = {},
): Promise<PretrainedSpace> {
  const resolved = resolvePretrainOptions(options);
  commonRows(features);
  const sorted = byName(features);
  if (options.backend !== undefined) return await pretrainOn(options.backend, sorted, options, resolved);
  // Relaxed SIMD may round differently from one processor to the next.
  const backend = await defaultBackend({ relaxed: false });
  try {
    return await pretrainOn(backend, sorted, options, resolved);
  } finally {
    await backend.dispose();
  }
}

async function pretrainOn(
  backend: Backend,
  features: Readonly<Record<string, FeatureSource>>,
  { signal, onEpoch }: PretrainOptions,
  options: ResolvedPretrainOptions,
): Promise<PretrainedSpace> {
  const { hidden, seed, patience, batchSize } = options;
  const schedule = { ...options, decayEpochs: 1, warmUpEpochs: 0 };
  const tables = await readFeatures({ features });
  // As float32, so that a space that is read from bytes gives the same vectors.
  const means = Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, Float32Array.from(columnMeans(table))]),
  );
  const { learned, heldOut } = splitItems(tables, options);
  const widths = Object.values(tables).map(({ columns }) => columns);
  return await withScope(backend, async (scope) => {
    const operations = trainingOperations(backend);
    const parameters = new Parameters(scope);
    const prepared = Object.fromEntries(
      Object.entries(tables).map(([name, table]) => [name, preparedTable(table, means[name]!)]),
    );
    const model = await UnifiedModel.create({ backend, operations, parameters, scope, options }, prepared);
    const adam = await Adam.create(scope, operations, parameters);

    /** The mean terms over the batches of some items; `afterBatch` may move the parameters. */
    const pass = async (
      items: Uint32Array,
      stream: string,
      afterBatch?: () => Promise<void>,
    ): Promise<LossTerms> => {
      const random = createRandom(seed, stream);
      const terms: Record<string, number> = {};
      for (let first = 0; first < items.length; first += batchSize) {
        await checkpoint({ signal }, DOING);
        const batch = items.slice(first, first + batchSize);
        const found = await model.gradients(batch, drawViews(widths, hidden, random));
        if (!Number.isFinite(sumOf(found))) throw notFinite(stream);
        const share = batch.length / items.length;
        addTerms(
          terms,
          Object.fromEntries(Object.entries(found).map(([name, term]) => [name, term * share])),
        );
        await afterBatch?.();
      }
      return terms;
    };

    const curve: PretrainEpoch[] = [];
    let best: { epoch: number; heldOut: number; maps: Record<string, ModalityMap> } | undefined;
    while (curve.length < options.epochs && curve.length - (best?.epoch ?? 0) < patience) {
      const epoch = curve.length + 1;
      const rate = rateOf(schedule, curve.length);
      const order = shuffled(learned.length, createRandom(seed, `pretrain/order/${epoch}`));
      const terms = await pass(
        order.map((at) => learned[at]!),
        `pretrain/views/${epoch}`,
        () => adam.step(rate),
      );
      const judged = sumOf(await pass(heldOut, "pretrain/held-out views"));
      const record = { epoch, loss: sumOf(terms), terms, heldOut: judged };
      curve.push(record);
      onEpoch?.(record);
      if (best !== undefined && judged > (1 - LEAST_GAIN) * best.heldOut) continue;
      const maps: Record<string, ModalityMap> = {};
      for (const [name, { columns }] of Object.entries(tables)) {
        const weight = await download(backend, parameters.get(`encoder/${name}`)!.value);
        const { encoder } = features[name]!;
        maps[name] = { width: columns, mean: means[name]!, map: mapOf(weight, columns), encoder };
      }
      best = { epoch, heldOut: judged, maps };
    }
    const stopped = curve.length - best!.epoch < patience ? "epochs" : "patience";
    return new PretrainedSpace(options, best!.maps, curve, { bestEpoch: best!.epoch, stopped });
  });
}

/** The items that have a modality, at random in two parts: those to learn from, and those held out. */
function splitItems(
  tables: Readonly<Record<string, FeatureTable>>,
  { heldOut, seed }: ResolvedPretrainOptions,
): { readonly learned: Uint32Array; readonly heldOut: Uint32Array } {
  const all = Object.values(tables);
  const items = Uint32Array.from({ length: all[0]!.rows }, (_, row) => row).filter((row) =>
    all.some(({ missing }) => missing?.[row] !== 1),
  );
  if (items.length < 2) {
    throw new WellbegunError("invalid-data", {
      doing: DOING,
      expected: "at least two items with features",
      found: `${items.length}`,
      at: "features",
    });
  }
  const mixed = shuffled(items.length, createRandom(seed, "pretrain/held-out")).map((at) => items[at]!);
  const count = Math.min(Math.max(Math.round(heldOut * items.length), 1), items.length - 1);
  return { learned: mixed.slice(count), heldOut: mixed.slice(0, count) };
}

/** Centered rows whose entries have a mean square of 1, so that wide and narrow modalities weigh the same. */
function preparedTable(table: FeatureTable, mean: Float32Array): FeatureTable {
  const scale = Math.sqrt(table.columns);
  return { ...table, values: centeredUnitRows(table, mean).map((value) => value * scale) };
}

/** A_m, d x D of rows with a mean square of 1, as the map of rows of length 1: sqrt(D) A_m^T. */
function mapOf(weight: Float32Array, columns: number): Float32Array {
  const [d, scale] = [weight.length / columns, Math.sqrt(columns)];
  return weight.map((_, at) => scale * weight[(at % d) * columns + Math.floor(at / d)]!);
}

function notFinite(stream: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "a finite loss",
    found: "one that is not",
    at: stream,
    hint: "Lower the learning rate.",
  });
}
