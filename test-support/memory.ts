import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes in use: on the heap of JavaScript, by array buffers, and by the process. */
export interface MemoryInUse {
  readonly heap: number;
  readonly arrays: number;
  readonly process: number;
}

/**
 * Bytes in use once three collections in turn free nothing. One collection is not enough: what an earlier test held is freed when its promises are
 * done and its finalizers have run, which takes some turns of the event loop.
 */
export async function memoryInUse(): Promise<MemoryInUse> {
  let least = Number.POSITIVE_INFINITY;
  let rounds = 0;
  while (rounds < 3) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    rounds = heapUsed + arrayBuffers < 0.999 * least ? 1 : rounds + 1;
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, arrays: arrayBuffers, process: rss };
}
