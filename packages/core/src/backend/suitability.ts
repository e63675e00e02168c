/**
 * The rules of `auto`, with the figures that they rest on. All come from `npm run bench:kernels`; docs/backends.md has
 * the tables and says on which machine they were made.
 */

import type { JobSizes, Suitability } from "./candidate.ts";

/** For backends that start at once and are good at everything. */
export const anyJob: Suitability = { text: "any job", refuses: () => undefined };

/** Multiplications of one pass of k-means from which a GPU's start is worth it. */
const GPU_WORK: number = 2 ** 28;

/**
 * For GPUs that hold the matrices themselves: jobs of 2^28 multiplications (items x width x clusters, all modalities)
 * and more in one pass of k-means. A fit of that size takes one core some seconds, which is what the start of a device
 * and of its kernels takes in the worst case that was measured; below, a few cores are done before a GPU has begun.
 */
export const largeJobs: Suitability = {
  text: "jobs of 2^28 multiplications and more in one pass of k-means (items x width x clusters)",
  refuses: (job) => {
    const work = workOf(job);
    if (work >= GPU_WORK) return undefined;
    const found =
      job === undefined ? "a job of unknown size" : `${work} multiplications in one pass of k-means`;
    return { kind: "too-small", reason: `${found}; starting a GPU pays from ${GPU_WORK} on` };
  },
};

/** Clusters and width from which scoring rows by a library's matrix product beats the fused kernels of `wasm`. */
const DENSE_CLUSTERS = 64;
const DENSE_WIDTH = 256;

/**
 * For libraries with a fast dense product on the CPU: 64 clusters and 256 columns or more in the widest modality. Each
 * score is then looked at once more outside of the product, which the fused kernels of `wasm` need not do: with fewer
 * clusters or narrower features that costs more than the product gains.
 */
export const denseJobs: Suitability = {
  text: "64 clusters or more of features of 256 columns or more",
  refuses: (job) => {
    const width = Math.max(0, ...(job?.widths ?? []));
    const clusters = job?.clusters ?? 0;
    if (clusters >= DENSE_CLUSTERS && width >= DENSE_WIDTH) return undefined;
    const found = job === undefined ? "a job of unknown size" : `${clusters} clusters of ${width} columns`;
    const reason = `${found}; dense products pay from ${DENSE_CLUSTERS} clusters of ${DENSE_WIDTH} columns on`;
    return { kind: "too-small", reason };
  },
};

/** For what `auto` never takes. */
export function onlyByName(reason: string): Suitability {
  return { text: `never: ${reason}`, refuses: () => ({ kind: "by-name", reason }) };
}

function workOf(job: JobSizes | undefined): number {
  if (job === undefined) return 0;
  return job.items * job.clusters * job.widths.reduce((sum, width) => sum + width, 0);
}
