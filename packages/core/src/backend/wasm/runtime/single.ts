import type { Engine } from "./engine.ts";
import type { Heap } from "./heap.ts";
import type { Kernels } from "./kernels.ts";

/** Runs every call at once, on the caller's thread. */
export function singleThreaded(heap: Heap, kernels: Kernels): Engine {
  return {
    heap,
    kernels,
    threads: 1,
    async run(kernel, calls) {
      const run = kernels[kernel];
      for (const call of calls) run(...call);
    },
    async dispose() {
      heap.dispose();
    },
  };
}
