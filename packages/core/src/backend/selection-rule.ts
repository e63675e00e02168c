/**
 * The rules of `auto`, with their thresholds. All come from `npm run bench:kernels`; docs/backends.md has the
 * tables and names the machine.
 */

import type { JobSizes, SelectionRule } from "./candidate.ts";

/** For backends that start at once and suit every job. */
export const anyJob: SelectionRule = { text: "any job", refuses: () => undefined };

/** From this number of multiplications in one pass of k-means on, starting a GPU is worth its time. */
const GPU_WORK: number = 2 ** 28;

/**
 * For GPUs that hold the matrices themselves: jobs of 2^28 multiplications (items x width x clusters, all
 * modalities) and more in one pass of k-means. A fit of that size takes one core a few seconds, as long as the
 * slowest start of a device and its kernels that was measured. Smaller jobs are done on a few cores before a
 * GPU has started.
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

/**
 * Thresholds for a library's dense product: columns from which it is faster, and values from which it makes up
 * for its start.
 */
const DENSE_WIDTH = 1024;
const DENSE_VALUES: number = 2 ** 22;

/**
 * For libraries with a fast dense product on the CPU: a modality of 1024 columns or more, with 2^22 values
 * (items x width) or more. With narrower features the dense product is a small part of the time; smaller jobs
 * are done before the library has started.
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

/** For candidates that `auto` never takes. */
export function onlyByName(reason: string): SelectionRule {
  return { text: `never: ${reason}`, refuses: () => ({ kind: "by-name", reason }) };
}

function workOf(job: JobSizes | undefined): number {
  if (job === undefined) return 0;
  return job.items * job.clusters * job.widths.reduce((sum, width) => sum + width, 0);
}
