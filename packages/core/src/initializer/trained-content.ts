import { checkContent, type FoldedItem, type ItemContent } from "./item-content.ts";

/** The features of one modality as a trained model takes them. */
export interface ContentModality {
  readonly name: string;
  /** D_m. */
  readonly width: number;
  /**
   * D_m column means. With them a row is prepared as `center+l2`: they are subtracted, and the rest is divided by its length.
   * Without them a row is taken as it is.
   */
  readonly mean: Float64Array | undefined;
}

/** A graph of nearest items that a new item is joined to. */
export interface ContentGraph {
  /** The modalities whose columns, side by side, the cosines are of. */
  readonly modalities: readonly string[];
  /** Neighbors of the new item. */
  readonly k: number;
  /** `cosine`: s_j / sqrt(sum of s) for a neighbor of cosine s_j (AlignRec); `uniform`: 1 / k (FREEDOM). */
  readonly weighting: "cosine" | "uniform";
  /** Factor of the graph. */
  readonly weight: number;
}

/** An item's vector ends with b + W x, with x its prepared features side by side, and holds zeros before (VBPR). */
export interface LinearContent {
  readonly kind: "linear";
  readonly modalities: readonly ContentModality[];
  /** W, rows x D, row-major. */
  readonly weight: Float32Array;
  /** b. */
  readonly bias: Float32Array;
}

/** An item's vector is the weighted sum of the rows of its nearest items in a table, over all graphs. */
export interface NeighborContent {
  readonly kind: "neighbors";
  readonly modalities: readonly ContentModality[];
  readonly graphs: readonly ContentGraph[];
  /** Prepared features of the trained items, all modalities side by side, I x D. */
  readonly features: Float32Array;
  /** I x d. */
  readonly table: Float32Array;
}

/** How a trained model places an item that it was not trained with: by content alone, without an embedding of its own. */
export type TrainedContent = LinearContent | NeighborContent;

/** Width of the features by modality. */
export function contentWidthsOf(content: TrainedContent | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries((content?.modalities ?? []).map(({ name, width }) => [name, width]));
}

/**
 * Places an item. A modality that is missing is a row of zeros, as in training; an item without any content has the vector 0.
 *
 * @param columns Width of the vector.
 * @throws {WellbegunError} As `foldInItem`.
 */
export function foldTrainedItem(content: TrainedContent, columns: number, item: ItemContent): FoldedItem {
  const rows = checkContent(item, contentWidthsOf(content), "keep");
  const names = Object.keys(rows);
  const used = names.filter((name) => rows[name] !== undefined);
  const missing = names.filter((name) => rows[name] === undefined);
  const vector = new Float64Array(columns);
  if (used.length > 0) {
    const prepared = content.modalities.map((modality) => preparedRow(modality, rows[modality.name]));
    if (content.kind === "linear") addLinear(content, prepared.flat(), vector);
    else addNeighbors(content, prepared, vector);
  }
  return { vector: Float32Array.from(vector), used, missing };
}

function preparedRow({ width, mean }: ContentModality, row: Float32Array | undefined): number[] {
  if (row === undefined) return new Array<number>(width).fill(0);
  if (mean === undefined) return [...row];
  const centered = Array.from(row, (value, c) => value - mean[c]!);
  const norm = Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? centered : centered.map((value) => Math.fround(value / norm));
}

function addLinear({ weight, bias }: LinearContent, x: readonly number[], vector: Float64Array): void {
  const first = vector.length - bias.length;
  for (let r = 0; r < bias.length; r++) {
    let sum = bias[r]!;
    for (let c = 0; c < x.length; c++) sum += weight[r * x.length + c]! * x[c]!;
    vector[first + r] = sum;
  }
}

function addNeighbors(
  content: NeighborContent,
  prepared: readonly (readonly number[])[],
  vector: Float64Array,
): void {
  const { modalities, graphs, table } = content;
  const own = Float64Array.from(prepared.flat());
  for (const { modalities: names, k, weighting, weight } of graphs) {
    const nearest = nearestRows(content.features, own, spansOf(modalities, names), k);
    if (nearest === undefined) continue;
    const degree = nearest.reduce((sum, { cosine }) => sum + cosine, 0);
    // Cosines that add up to nothing have no square root: such an item is like nothing that was trained.
    if (weighting === "cosine" && !(degree > 0)) continue;
    for (const { row, cosine } of nearest) {
      const factor = weight * (weighting === "uniform" ? 1 / k : cosine / Math.sqrt(degree));
      for (let c = 0; c < vector.length; c++) vector[c]! += factor * table[row * vector.length + c]!;
    }
  }
}

/** Columns from `start` to before `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The columns of the named modalities, which stand side by side. */
function spansOf(modalities: readonly ContentModality[], names: readonly string[]): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const { name, width } of modalities) {
    if (names.includes(name)) spans.push({ start, end: start + width });
    start += width;
  }
  return spans;
}

interface Nearest {
  readonly row: number;
  readonly cosine: number;
}

/** The k rows of the largest cosines, over the given columns; ties go to the lower row. Undefined for a row of zeros. */
function nearestRows(
  features: Float32Array,
  row: Float64Array,
  spans: readonly Span[],
  k: number,
): Nearest[] | undefined {
  let squares = 0;
  for (const { start, end } of spans) for (let c = start; c < end; c++) squares += row[c]! * row[c]!;
  if (squares === 0) return undefined;
  const norm = Math.sqrt(squares);
  const list: Nearest[] = [];
  for (let item = 0; item < features.length / row.length; item++) {
    const cosine = product(features, item * row.length, row, spans) / norm;
    if (list.length === k && cosine <= list[k - 1]!.cosine) continue;
    let place = list.length;
    while (place > 0 && list[place - 1]!.cosine < cosine) place--;
    list.splice(place, 0, { row: item, cosine });
    if (list.length > k) list.pop();
  }
  return list;
}

/** The product of a row with the features from `first` on, divided by the length of these; 0 for features of zeros. */
function product(features: Float32Array, first: number, row: Float64Array, spans: readonly Span[]): number {
  let sum = 0;
  let squares = 0;
  for (const { start, end } of spans) {
    for (let c = start; c < end; c++) {
      const value = features[first + c]!;
      sum += value * row[c]!;
      squares += value * value;
    }
  }
  return squares === 0 ? 0 : sum / Math.sqrt(squares);
}
