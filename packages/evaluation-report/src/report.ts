import type { Observer } from "@wellbegun/core";
import type { Comparison } from "@wellbegun/evaluation";
import { clusterSizes } from "./figures/cluster-sizes.ts";
import { itemCfHeat, type NeighborLists } from "./figures/item-cf-heat.ts";
import { principalMaps, type Space, umapMap } from "./figures/maps.ts";
import { normHistograms } from "./figures/norms.ts";
import { recallByDegree, recallByPopularity } from "./figures/recall-by-group.ts";
import { escapeHtml, figureHtml, pageHtml, tableHtml } from "./html.ts";
import { summaryTables } from "./summary.ts";

/** The content of {@link renderReport}. */
export interface ReportInput {
  /** The page's title, such as the dataset's name. */
  readonly title: string;
  /** The rows at the top: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly comparison: Comparison;
  /** The comparison with one modality missing for a share of the items. */
  readonly masked?: Comparison | undefined;
  /** Spaces to show in two dimensions: the one before and the one after. UMAP, which takes long, lays out the last. */
  readonly spaces: readonly Space[];
  /**
   * Nearest items by vectors for the heat map: those of the judged tables and of their control. Default,
   * and without any: no heat map.
   */
  readonly neighborLists?: readonly NeighborLists[] | undefined;
  /** Cluster of each item by modality, -1 for none. */
  readonly labels?: Readonly<Record<string, Int32Array>> | undefined;
  /** Further tables, such as CKA: title, columns and rows. */
  readonly tables?: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  }[];
  /** Seed of the samples and of UMAP. Default: 999. */
  readonly seed?: number | undefined;
}

/**
 * An evaluation as one HTML page. It contains no script and loads nothing from the network. Plots are SVG, with
 * their numbers collapsed below them. Equal input gives equal bytes.
 *
 * @throws {WellbegunError} `aborted`.
 */
export async function renderReport(input: ReportInput, observer: Observer = {}): Promise<string> {
  const { title, facts, comparison, masked, spaces, neighborLists = [], labels = {}, tables = [] } = input;
  const { seed = 999 } = input;
  const last = spaces.at(-1);
  const { neighbors } = comparison;
  const itemCount = neighbors === null ? 0 : neighbors.offsets.length - 1;
  const figures = [
    recallByDegree(comparison),
    recallByPopularity(comparison),
    principalMaps(spaces, seed),
    last === undefined ? undefined : await umapMap(last, seed, observer),
    clusterSizes(labels),
    normHistograms(comparison),
    neighborLists.length === 0 || neighbors === null
      ? undefined
      : itemCfHeat(neighborLists, neighbors, itemCount),
  ];
  const definitions = facts.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  const summaries = [...summaryTables(comparison, masked), ...tables];
  return pageHtml(`${title}: evaluation`, [
    `<header><h1>${escapeHtml(title)}</h1>`,
    "<p>Vectors judged without training a recommender. Figures in brackets are the control: the same tables with their rows permuted. What does not rise above them has no meaning.</p>",
    `<dl>${definitions.join("\n")}</dl></header>`,
    ...summaries.map((one) => `<section><h2>${escapeHtml(one.title)}</h2>${tableHtml(one)}</section>`),
    ...figures.filter((figure) => figure !== undefined).map(figureHtml),
  ]);
}
