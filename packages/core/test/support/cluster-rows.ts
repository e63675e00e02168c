import { layoutBlocks } from "../../src/data/block-layout.ts";
import { cpu, denseFeatures } from "../../src/index.ts";
import { type Clustering, kmeans } from "../../src/stages/cluster/kmeans.ts";
import type { KMeansOptions } from "../../src/stages/cluster/kmeans-options.ts";
import { prepareFeatures } from "../../src/stages/prepare/prepare.ts";

/** Rows to cluster, row-major. */
export interface RowArray {
  readonly data: Float32Array;
  readonly columns: number;
}

/** k-means of rows as they are, with the defaults of a fit. */
export async function clusterRows(
  { data, columns }: RowArray,
  options: Partial<KMeansOptions> & { clusters: number },
): Promise<Clustering> {
  const rows = data.length / columns;
  const backend = cpu();
  const { blocks } = await prepareFeatures(backend, denseFeatures(data, rows, columns), {
    prepare: "none",
    zeroRows: "keep",
    layout: layoutBlocks(rows, { residentRows: rows, residentBlockRows: rows, streamedBlockRows: rows }),
    modality: "rows",
  });
  try {
    return await kmeans(backend, blocks, {
      seed: 999,
      restarts: 5,
      maxIterations: 100,
      tolerance: 1e-4,
      modality: "rows",
      ...options,
    });
  } finally {
    await backend.dispose();
  }
}
