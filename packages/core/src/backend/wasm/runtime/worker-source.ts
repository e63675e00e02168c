/**
 * The program of a worker thread, as text, since not every runtime and bundler gives a library's worker file a
 * URL. It waits at the queue (job-queue.ts defines its words) and claims groups of calls.
 */
const loop = `
const start = ({ module, memory, queue, word, scratch, names }) => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  kernels.useScratch(scratch);
  const words = new Int32Array(memory.buffer, queue, 256);
  const numbers = new Float64Array(memory.buffer, queue + 1024);
  const [NEXT, LIMIT, DONE, STOP, KERNEL, WIDTH, TOGETHER, FIRST, CALLS, HELPED] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  while (Atomics.load(words, STOP) === 0) {
    const ticket = Atomics.load(words, NEXT);
    const limit = Atomics.load(words, LIMIT);
    if (ticket === limit) {
      Atomics.store(words, word, 0);
      Atomics.wait(words, LIMIT, limit);
      continue;
    }
    Atomics.store(words, word, 1);
    if (Atomics.compareExchange(words, NEXT, ticket, (ticket + 1) | 0) !== ticket) continue;
    const run = kernels[names[words[KERNEL]]];
    const from = ((ticket - words[FIRST]) | 0) * words[TOGETHER];
    const to = Math.min(from + words[TOGETHER], words[CALLS]);
    const width = words[WIDTH];
    for (let call = from; call < to; call++) run(...numbers.subarray(call * width, (call + 1) * width));
    Atomics.add(words, HELPED, 1);
    Atomics.add(words, DONE, 1);
    Atomics.notify(words, DONE);
  }
};
`;

/** For worker_threads of Node (and of Deno and Bun, which have them too). */
export const nodeWorkerSource: string = `${loop}
require("node:worker_threads").parentPort.once("message", start);
`;

/** For Web Workers, which say when they run. */
export const webWorkerSource: string = `${loop}
self.onmessage = (event) => { self.postMessage("runs"); start(event.data); self.close(); };
`;
