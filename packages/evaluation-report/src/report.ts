import type { Observer } from "@wellbegun/core";
import type { Comparison } from "@wellbegun/evaluation";
import { clusterSizes } from "./figures/cluster-sizes.ts";
import { itemCfHeat, type NeighborLists } from "./figures/item-cf-heat.ts";
import { principalMaps, type Space, umapMaps } from "./figures/maps.ts";
import { normHistograms } from "./figures/norms.ts";
import { recallByDegree, recallByPopularity } from "./figures/recall-by-group.ts";
import { escapeHtml, figureHtml, pageHtml, tableHtml } from "./html.ts";
import { summaryTables } from "./summary.ts";

/** What {@link renderReport} shows. */
export interface ReportInput {
  /** Such as the dataset's name. */
  readonly title: string;
  /** What stands at the top: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly comparison: Comparison;
  /** The same again with one modality missing for a share of the items. */
  readonly masked?: Comparison | undefined;
  /** Spaces to be shown in two dimensions, the one before and the one after. */
  readonly spaces: readonly Space[];
  /** Nearest items by vectors, for the heat map: the judged ones and their control. Default: no heat map. */
  readonly neighborLists?: readonly NeighborLists[] | undefined;
  /** Cluster of each item by modality, -1 for none. */
  readonly labels?: Readonly<Record<string, Int32Array>> | undefined;
  /** Further tables, such as CKA: title, columns and rows. */
  readonly tables?: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  }[];
  /** Of the samples and of UMAP. Default: 999. */
  readonly seed?: number | undefined;
}

/**
 * An evaluation as one HTML page. It holds no script and asks for nothing from the network; pictures are SVG, and the
 * numbers behind each are folded away beneath it. Equal input gives equal bytes.
 *
 * @throws {WellbegunError} `aborted`.
 */
export async function renderReport(input: ReportInput, observer: Observer = {}): Promise<string> {
  const { title, facts, comparison, masked, spaces, neighborLists, labels = {}, tables = [] } = input;
  const { seed = 999 } = input;
  const { neighbors } = comparison;
  const itemCount = neighbors === null ? 0 : neighbors.offsets.length - 1;
  const figures = [
    recallByDegree(comparison),
    recallByPopularity(comparison),
    principalMaps(spaces, seed),
    await umapMaps(spaces, seed, observer),
    clusterSizes(labels),
    normHistograms(comparison),
    neighborLists === undefined || neighbors === null
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
