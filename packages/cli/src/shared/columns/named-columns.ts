import type { Kind } from "../options/kinds.ts";

/** A column of a file: `items.parquet:image`. */
export interface FeaturePlace {
  readonly path: string;
  readonly column: string;
}

/** A file and a column for each name: `image=items.parquet:image,text=texts.parquet:vector`, or a JSON object. */
export const namedColumns: Kind<Readonly<Record<string, FeaturePlace>>> = {
  expected: "a file and a column by name, such as image=items.parquet:image",
  placeholder: "<list>",
  fromText: (text) => places(text.split(",").map((part) => cut(part, part.indexOf("=")))),
  fromJson: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? places(Object.entries(value).map(([name, place]) => [name, typeof place === "string" ? place : ""]))
      : undefined,
};

/** The places by name; undefined if a name is empty or stands twice, or a place has no column. */
function places(entries: readonly (readonly [string, string])[]): Record<string, FeaturePlace> | undefined {
  const result: Record<string, FeaturePlace> = {};
  for (const [name, place] of entries) {
    // The last colon: a drive's letter on Windows has one too.
    const [path, column] = cut(place, place.lastIndexOf(":"));
    if (name === "" || path === "" || column === "" || Object.hasOwn(result, name)) return undefined;
    result[name] = { path, column };
  }
  return entries.length === 0 ? undefined : result;
}

function cut(text: string, at: number): readonly [string, string] {
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
