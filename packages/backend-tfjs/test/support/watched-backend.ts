import type { TensorFlow } from "../../src/index.ts";

/** Bytes that crossed to a backend of TensorFlow.js and back, counted at its own `write`, `read` and `readSync`. */
export interface Crossings {
  readonly written: number;
  readonly read: number;
}

type Method = (...args: readonly unknown[]) => unknown;

/** A module of TensorFlow.js under observation. */
export interface WatchedTensorFlow {
  readonly tf: TensorFlow;
  crossings(): Crossings;
}

/**
 * Counts what the backend of the given key takes from callers and gives them. Kernels read and write too, on `cpu` and
 * `wasm` all that they compute: only values that come in through `tensor`, and that are read outside of kernels, cross.
 *
 * @param key Its name in TensorFlow.js' registry.
 */
export async function watchBackend(tf: TensorFlow, key: string): Promise<WatchedTensorFlow> {
  const before: string | undefined = tf.getBackend();
  await tf.setBackend(key);
  const backend = tf.backend();
  if (before && before !== key) await tf.setBackend(before);
  const crossed = { written: 0, read: 0 };
  // `read` may hand out by `readSync` what never left this side: that counts once.
  let reading = false;
  let taking = false;
  let kernels = 0;
  const replace = (name: string, watched: (original: Method) => Method, owner: object = backend): void => {
    const own: unknown = Reflect.get(owner, name);
    if (typeof own !== "function") throw new Error(`expected a method ${name} of the backend ${key}`);
    Reflect.set(
      owner,
      name,
      watched((...args) => Reflect.apply(own as Method, owner, args)),
    );
  };
  const runKernel = (original: Method): Method => {
    return (...args) => {
      kernels++;
      try {
        return original(...args);
      } finally {
        kernels--;
      }
    };
  };
  replace("runKernel", runKernel, engineOf(tf));
  replace("write", (original) => (values, ...rest) => {
    if (taking) crossed.written += bytesOf(values);
    return original(values, ...rest);
  });
  replace("readSync", (original) => (dataId) => {
    const values = original(dataId);
    if (!reading && kernels === 0) crossed.read += bytesOf(values);
    return values;
  });
  replace("read", (original) => async (dataId) => {
    reading = true;
    const pending = original(dataId);
    reading = false;
    const values = await pending;
    crossed.read += bytesOf(values);
    return values;
  });
  const tensor: TensorFlow["tensor"] = (values, shape, dtype) => {
    taking = true;
    try {
      return tf.tensor(values, shape, dtype);
    } finally {
      taking = false;
    }
  };
  const watched = new Proxy(tf, {
    get: (target, name) => (name === "tensor" ? tensor : Reflect.get(target, name, target)),
  });
  return { tf: watched, crossings: () => ({ ...crossed }) };
}

/** What runs TensorFlow.js' kernels. */
function engineOf(tf: TensorFlow): object {
  const engine: unknown = Reflect.apply(Reflect.get(tf, "engine"), tf, []);
  if (typeof engine !== "object" || engine === null) throw new Error("expected TensorFlow.js' engine");
  return engine;
}

function bytesOf(values: unknown): number {
  return ArrayBuffer.isView(values) ? values.byteLength : 0;
}
