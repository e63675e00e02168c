/**
 * The rules of `auto`, with the figures that they rest on. All come from `npm run bench:kernels`; docs/backends.md has
 * the tables and says on which machine they were made.
 */

import type { JobSizes, SelectionRule } from "./candidate.ts";

/** For backends that start at once and are good at everything. */
export const anyJob: SelectionRule = { text: "any job", refuses: () => undefined };

/** Multiplications of one pass of k-means from which a GPU's start is worth it. */
const GPU_WORK: number = 2 ** 28;

/**
 * For GPUs that hold the matrices themselves: jobs of 2^28 multiplications (items x width x clusters, all modalities)
 * and more in one pass of k-means. A fit of that size takes one core some seconds, which is what the start of a device
 * and of its kernels takes in the worst case that was measured; below, a few cores are done before a GPU has begun.
 */
export const largeJobs: SelectionRule = {
  text: "jobs of 2^28 multiplications and more in one pass of k-means (items x width x clusters)",
  refuses: (job) => {
    const work = workOf(job);
    if (work >= GPU_WORK) return undefined;
    const found =
      job === undefined ? "a job of unknown size" : `${work} multiplications in one pass of k-means`;
    return { kind: "too-small", reason: `${found}; starting a GPU pays from ${GPU_WORK} on` };
  },
};

/** Columns from which a library's dense product is worth the detour, and values that pay for its start. */
const DENSE_WIDTH = 1024;
const DENSE_VALUES: number = 2 ** 22;

/**
 * For libraries with a fast dense product on the CPU: a modality of 1024 columns or more, with 2^22 values (items x
 * width) or more. Narrower features spend their time elsewhere, and smaller ones are done before the library has started.
 */
export const denseJobs: SelectionRule = {
  text: "features of 1024 columns and 2^22 values (items x width) or more",
  refuses: (job) => {
    const width = Math.max(0, ...(job?.widths ?? []));
    const items = job?.items ?? 0;
    if (width >= DENSE_WIDTH && items * width >= DENSE_VALUES) return undefined;
    const found = job === undefined ? "a job of unknown size" : `features of ${items} x ${width}`;
    const reason = `${found}; dense products pay from ${DENSE_WIDTH} columns and ${DENSE_VALUES} values on`;
    return { kind: "too-small", reason };
  },
};

/** For what `auto` never takes. */
export function onlyByName(reason: string): SelectionRule {
  return { text: `never: ${reason}`, refuses: () => ({ kind: "by-name", reason }) };
}

function workOf(job: JobSizes | undefined): number {
  if (job === undefined) return 0;
  return job.items * job.clusters * job.widths.reduce((sum, width) => sum + width, 0);
}
