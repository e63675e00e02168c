import {
  type Backend,
  type FitInput,
  type Interactions,
  itemDegrees,
  type Observer,
  resolveOptions,
} from "@wellbegun/core";
import type { Matrix } from "@wellbegun/core/backend";
import {
  type AdjacencyBlock,
  adjacencyBlocks,
  type BlockLayout,
  type FuseInput,
  fitProjection,
  kmeans,
  layoutBlocks,
  type Prepared,
  planAggregation,
  prepareFeatures,
  projectRows,
  type Smoothing,
  smoothingUsers,
  type Terms,
} from "@wellbegun/core/stages";
import { type Cached, LruCache } from "./lru-cache.ts";
import type { FixedOptions, Settings } from "./settings.ts";
import { preparationKey, spaceKey } from "./trial-keys.ts";
import { fusedTable, projectSpace, type TrialSpace, wholeBlock } from "./trial-space.ts";

/** The tables of one trial; valid until the next trial's tables are requested. */
export interface TrialTables {
  /** Items x d, scaled up to a factor that does not affect a ranking. */
  readonly items: Matrix;
  /** Judged users x d: weight times table, summed. */
  readonly users: readonly { readonly weight: number; readonly table: Matrix }[];
}

interface CachedMatrix extends Cached {
  readonly matrix: Matrix;
}

interface CachedLabels extends Cached {
  readonly labels: Int32Array;
  readonly centroids: Float32Array;
  /** Number of clusters: the requested number, or the number of distinct rows if that is smaller. */
  readonly clusters: number;
}

/**
 * The work that trials share, done when it is first needed: a modality is prepared once for each `prepare`,
 * clustered once for each number of clusters, projected once for each projection, and users are aggregated once
 * for each of those and each `normalization`. All steps after the preparation are linear, so a trial is a
 * weighted sum of two cached user tables, and equals the result of core's `fit` up to the factor that `scale`
 * applies to all users and all items. Core fuses the tables; the complete records of its stages are not used,
 * since each of them would couple settings that trials vary independently.
 */
export class TrialCache {
  readonly #backend: Backend;
  readonly #input: FitInput;
  readonly #fixed: FixedOptions;
  readonly #users: Interactions;
  readonly #degrees: Float64Array;
  readonly #observer: Observer;
  readonly #cache: LruCache;
  readonly #names: readonly string[];
  #adjacency: readonly AdjacencyBlock[] | undefined;

  /**
   * @param users The train interactions of the judged users, in the order of the tables' rows.
   * @param memory Largest number of bytes of shared work to keep.
   */
  constructor(
    backend: Backend,
    input: FitInput,
    fixed: FixedOptions,
    users: Interactions,
    memory: number,
    observer: Observer,
  ) {
    this.#backend = backend;
    this.#input = input;
    this.#fixed = fixed;
    this.#users = users;
    this.#degrees = itemDegrees(input.train);
    this.#observer = observer;
    this.#cache = new LruCache(memory);
    this.#names = fixed.modalities ?? Object.keys(input.features);
  }

  /** The tables of a trial. The result of an earlier call must no longer be used. */
  async tables(settings: Settings): Promise<TrialTables> {
    this.#cache.trim();
    const space = spaceKey(settings);
    const { lambda } = settings;
    const users: { weight: number; table: Matrix }[] = [];
    if (lambda > 0) {
      const made = await this.#cache.get(`local ${settings.normalization} ${space}`, () =>
        this.#term(settings, "local"),
      );
      users.push({ weight: lambda, table: made.matrix });
    }
    if (lambda < 1) {
      const made = await this.#cache.get(`global ${settings.clusters} ${space}`, () =>
        this.#term(settings, "global"),
      );
      users.push({ weight: 1 - lambda, table: made.matrix });
    }
    return { users, items: await this.items(settings) };
  }

  /** Only the item table of a trial. */
  async items(settings: Settings): Promise<Matrix> {
    const { fused } = await this.#space(settings);
    if (settings.scale !== "unit") return fused;
    const unit = await this.#cache.get(`unit ${spaceKey(settings)}`, async () => {
      const copy = await this.#backend.create(fused.rows, fused.columns);
      await this.#backend.addScaled(copy, fused, 1);
      await this.#backend.transformRows(copy, { unit: true });
      return cached(copy);
    });
    return unit.matrix;
  }

  dispose(): void {
    this.#cache.dispose();
  }

  /** prepare: a modality's features on the backend. */
  async #prepared(settings: Settings, modality: string): Promise<Prepared & Cached> {
    return await this.#cache.get(`prepared ${preparationKey(settings)} ${modality}`, async () => {
      const source = this.#input.features[modality]!;
      const features = await prepareFeatures(this.#backend, source, {
        prepare: settings.prepare,
        whitening: { power: settings.whitenPower, ridge: settings.whitenRidge },
        zeroRows: this.#fixed.zeroRows ?? "missing",
        layout: oneBlock(source.rows),
        modality,
      });
      const bytes = source.rows * source.columns * 4;
      return { ...features, bytes, dispose: () => features.blocks.dispose() };
    });
  }

  /** cluster: labels and centroids of a modality. */
  async #clustered(settings: Settings, modality: string): Promise<CachedLabels> {
    const { clusters } = settings;
    return await this.#cache.get(`clusters ${preparationKey(settings)} ${clusters} ${modality}`, async () => {
      const { blocks } = await this.#prepared(settings, modality);
      const { seed, restarts, maxIterations, tolerance } = resolveOptions(this.#fixed, this.#widths());
      const options = {
        clusters,
        seed,
        restarts,
        maxIterations,
        tolerance,
        modality,
        tooFewRows: "lower" as const,
      };
      const { labels, centroids } = await kmeans(this.#backend, blocks, options, this.#observer);
      return {
        labels,
        centroids,
        clusters: centroids.length / blocks.columns,
        bytes: (labels.length + centroids.length) * 4,
        dispose: () => undefined,
      };
    });
  }

  /** combine and project: the items of every modality where users are aggregated, and the fused item table. */
  async #space(settings: Settings): Promise<TrialSpace> {
    return await this.#cache.get(`space ${spaceKey(settings)}`, async () => {
      const { project, dim, weights, damping } = settings;
      const backend = this.#backend;
      const smoothing = this.#smoothing(settings.smooth);
      const prepared: (Prepared & { modality: string })[] = [];
      for (const modality of this.#names)
        prepared.push({ ...(await this.#prepared(settings, modality)), modality });
      const sides = prepared.map(({ modality, blocks }) => ({
        modality,
        blocks,
        weight: weights[modality]!,
      }));
      const { seed, ccaRidge } = resolveOptions(this.#fixed, this.#widths());
      const found =
        project === "none"
          ? undefined
          : await fitProjection(
              backend,
              sides,
              {
                project,
                ...{ dim: dim!, seed, damping, smoothing },
                canonicalRidge: settings.combine === "cca" ? ccaRidge : undefined,
              },
              this.#observer,
            );
      return await projectSpace(backend, sides, found?.matrices, dim, smoothing);
    });
  }

  #smoothing(weight: number): Smoothing | undefined {
    if (weight === 0) return undefined;
    this.#adjacency ??= adjacencyBlocks(this.#input.train, smoothingUsers);
    return { weight, adjacency: this.#adjacency };
  }

  /** aggregate: one term of the judged users, all modalities together. */
  async #term(settings: Settings, term: "local" | "global"): Promise<CachedMatrix> {
    const { parts, combination } = await this.#space(settings);
    const inputs: FuseInput[] = [];
    const terms: Terms[] = [];
    for (const { modality, items, mean, missing, projection } of parts) {
      const clustering = term === "global" ? await this.#clustered(settings, modality) : undefined;
      const clusters = clustering?.clusters ?? 1;
      const aggregate = planAggregation({
        itemDegrees: this.#degrees,
        labels: clustering?.labels ?? new Int32Array(items.rows),
        clusters,
        missing,
        normalization: settings.normalization,
        lambda: term === "local" ? 1 : 0,
      });
      // The centroids, and as the last row the mean item, which users without the modality get from either term.
      const points = new Float32Array((clusters + 1) * items.columns);
      if (clustering !== undefined) {
        const { centroids } = clustering;
        points.set(
          projection === undefined ? centroids : await projectRows(this.#backend, centroids, projection),
        );
      }
      points.set(mean, clusters * items.columns);
      inputs.push({ modality, items, points });
      terms.push(aggregate(wholeBlock(this.#users)));
    }
    return cached(await fusedTable(this.#backend, inputs, terms, combination, this.#users.userCount));
  }

  #widths(): Record<string, number> {
    const features = Object.entries(this.#input.features);
    return Object.fromEntries(features.map(([name, { columns }]) => [name, columns]));
  }
}

/** All rows in one matrix in memory, since a search reads them repeatedly. */
function oneBlock(rows: number): BlockLayout {
  const all = Math.max(1, rows);
  return layoutBlocks(rows, { residentRows: all, residentBlockRows: all, streamedBlockRows: all });
}

function cached(matrix: Matrix): CachedMatrix {
  return { matrix, bytes: matrix.rows * matrix.columns * 4, dispose: () => matrix.dispose() };
}
