import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes in use after a collection: by array buffers, and by the process. */
export async function bytesInUse(): Promise<{ readonly arrays: number; readonly process: number }> {
  for (let round = 0; round < 3; round++) {
    collect();
    // Finalizers run between turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { arrayBuffers, rss } = process.memoryUsage();
  return { arrays: arrayBuffers, process: rss };
}
