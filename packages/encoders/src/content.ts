import { WellbegunError } from "@wellbegun/core";
import type { Content, ContentKind } from "./encoder.ts";

/** The texts of a batch. */
export function textsOf(batch: readonly Content[]): readonly string[] {
  return batch.map((content, row) => (typeof content === "string" ? content : refuse("text", content, row)));
}

/** The files of a batch. */
export function filesOf(batch: readonly Content[], modality: ContentKind): readonly Uint8Array[] {
  return batch.map((content, row) =>
    content instanceof Uint8Array ? content : refuse(modality, content, row),
  );
}

function refuse(modality: ContentKind, content: unknown, row: number): never {
  throw new WellbegunError("invalid-data", {
    doing: `encoding ${modality}`,
    expected: modality === "text" ? "texts" : "the bytes of files (Uint8Array)",
    found: typeof content === "string" ? "a text" : content instanceof Uint8Array ? "bytes" : String(content),
    at: `row ${row} of the batch`,
  });
}
