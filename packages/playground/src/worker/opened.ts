import type { Dataset } from "@wellbegun/core";
import type { NamedFile } from "../protocol.ts";

/** A dataset with what there is to know about how it was read. */
export type OpenedDataset = Dataset & { readonly notes: readonly string[] };

/** All bytes of a file. */
export async function bytesOf({ blob }: NamedFile): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
