import type { Dataset } from "@wellbegun/core";
import type { NamedFile } from "../protocol.ts";

/** A dataset with what there is to know about how it was read. */
export interface OpenedDataset extends Dataset {
  readonly notes: readonly string[];
  /** What each item is in words, by its ID as text, where a table says so. */
  readonly itemTexts?: ReadonlyMap<string, string>;
}

/** All bytes of a file. */
export async function bytesOf({ blob }: NamedFile): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
