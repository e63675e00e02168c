import type { FrameArray, FrameReader } from "./frame.ts";
import { checked, damaged, describe, type Rule, type Rules, whole } from "./header-rules.ts";
import type { ContentGraph, ContentModality, TrainedContent } from "./trained-content.ts";

/** A {@link TrainedContent} in a header: its arrays follow in the frame. */
export interface ContentHeader {
  readonly kind: "linear" | "neighbors";
  readonly modalities: readonly {
    readonly name: string;
    readonly width: number;
    readonly centered: boolean;
  }[];
  readonly graphs: readonly ContentGraph[];
  /** Rows of W; 0 without it. */
  readonly rows: number;
}

const text: Rule = { expected: "a text", accepts: (value) => typeof value === "string" };
const flag: Rule = { expected: "true or false", accepts: (value) => typeof value === "boolean" };
const list: Rule = { expected: "a list", accepts: Array.isArray };
const oneOf = (...names: readonly string[]): Rule => ({
  expected: names.join(" or "),
  accepts: (value) => names.includes(value as string),
});
const number: Rule = { expected: "a finite number", accepts: (value) => Number.isFinite(value) };

const headerRules: Rules<ContentHeader> = {
  kind: oneOf("linear", "neighbors"),
  modalities: list,
  graphs: list,
  rows: whole(0),
};
const modalityRules: Rules<ContentHeader["modalities"][number]> = {
  name: text,
  width: whole(1),
  centered: flag,
};
const graphRules: Rules<ContentGraph> = {
  modalities: list,
  k: whole(1),
  weighting: oneOf("cosine", "uniform"),
  weight: number,
};

/** The header of a content, and the arrays that follow it. */
export function encodeContent(content: TrainedContent): { header: ContentHeader; arrays: FrameArray[] } {
  const { kind, modalities } = content;
  const means = modalities.flatMap(({ mean }) => (mean === undefined ? [] : [mean]));
  const header = {
    kind,
    modalities: modalities.map(({ name, width, mean }) => ({ name, width, centered: mean !== undefined })),
    graphs: content.kind === "neighbors" ? content.graphs : [],
    rows: content.kind === "linear" ? content.bias.length : 0,
  };
  const own = content.kind === "linear" ? [content.weight, content.bias] : [content.features, content.table];
  return { header, arrays: [...means, ...own] };
}

/** @throws {WellbegunError} `format` for a header that no content has. */
export function checkContentHeader(value: unknown, columns: number): ContentHeader {
  const header = checked<ContentHeader>(value, headerRules, "the header, content");
  const names = header.modalities.map((modality, m) => {
    return checked<typeof modality>(modality, modalityRules, `the header, content, modality ${m}`).name;
  });
  const twice = names.find((name, m) => names.indexOf(name) < m);
  if (twice !== undefined) throw damaged("each modality once", `${twice} twice`, "the header, content");
  for (const [g, graph] of header.graphs.entries()) {
    const at = `the header, content, graph ${g}`;
    checked<ContentGraph>(graph, graphRules, at);
    const other = graph.modalities.find((name) => !names.includes(name));
    if (other !== undefined) throw damaged(`modalities among ${names.join(", ")}`, describe(other), at);
  }
  if (header.rows > columns)
    throw damaged(`at most ${columns} rows`, `${header.rows}`, "the header, content");
  return header;
}

/** Bytes of the arrays that follow a header. */
export function contentLengths(
  { kind, modalities, rows }: ContentHeader,
  items: number,
  columns: number,
): number[] {
  const width = widthOf(modalities);
  const means = modalities.flatMap((one) => (one.centered ? [8 * one.width] : []));
  return [
    ...means,
    ...(kind === "linear" ? [4 * rows * width, 4 * rows] : [4 * items * width, 4 * items * columns]),
  ];
}

/** Reads the arrays that {@link encodeContent} gave. */
export function readContent(
  frame: FrameReader,
  { kind, modalities, graphs, rows }: ContentHeader,
  items: number,
  columns: number,
): TrainedContent {
  const floats = (length: number, name: string): Float32Array =>
    frame.read(new Float32Array(length), `content/${name}`, Number.isFinite);
  const read = modalities.map(({ name, width, centered }): ContentModality => {
    const mean = centered
      ? frame.read(new Float64Array(width), `content/${name}/mean`, Number.isFinite)
      : undefined;
    return { name, width, mean };
  });
  const width = widthOf(modalities);
  if (kind === "linear") {
    return { kind, modalities: read, weight: floats(rows * width, "weight"), bias: floats(rows, "bias") };
  }
  const features = floats(items * width, "features");
  return { kind, modalities: read, graphs, features, table: floats(items * columns, "table") };
}

function widthOf(modalities: readonly { readonly width: number }[]): number {
  return modalities.reduce((sum, { width }) => sum + width, 0);
}
