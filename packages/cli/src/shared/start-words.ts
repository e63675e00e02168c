import type { StartRecord } from "@wellbegun/train";

/** What a training started from, in words: `bundle, users of image, times 2, rows permuted (control)`. */
export function startWords(start: StartRecord | "random" | null): string {
  if (start === null || start === "random") return "random";
  const { from, tables, modality, scale, control } = start;
  const of = modality === undefined ? tables : `${tables} of ${modality}`;
  return `${from}, ${of}, times ${scale}${control === "permuted" ? ", rows permuted (control)" : ""}`;
}
