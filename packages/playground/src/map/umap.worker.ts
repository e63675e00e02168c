/** UMAP while one watches: takes vectors, posts where they are every few epochs. */

import { UmapLayout, type UmapRequest } from "./umap-layout.ts";

/** What the worker takes: first a request, then vectors to mark. */
export type UmapMessage = { readonly request: UmapRequest } | { readonly mark: Float32Array | undefined };

const EPOCHS_PER_FRAME = 4;

let marked: Float32Array | undefined;
let layout: UmapLayout | undefined;

self.onmessage = ({ data }: MessageEvent<UmapMessage>) => {
  if ("request" in data) run(data.request).catch(fail);
  else {
    marked = data.mark;
    show();
  }
};

async function run(request: UmapRequest): Promise<void> {
  layout = await UmapLayout.open(request);
  for (let more = true; more; ) {
    more = layout.advance(EPOCHS_PER_FRAME);
    show();
    // Messages that wait are taken in between.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Throws where the page hears of it: a rejection would not leave the worker. */
function fail(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

function show(): void {
  if (layout !== undefined) self.postMessage(layout.frame(marked));
}
