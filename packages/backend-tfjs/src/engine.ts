import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import type { TensorFlow, TfTensor } from "./tensorflow.ts";
import { Traffic } from "./traffic.ts";

// 4 MiB: operations take temporary memory for one block at a time.
const BLOCK_VALUES = 2 ** 20;

/**
 * One backend of TensorFlow.js. Its module is global to the process and has one active backend at a time: every
 * computation makes this one active and then restores the previous one.
 */
export class Engine {
  readonly tf: TensorFlow;
  /** Most values processed at a time: of a block of a matrix, of gathered rows, of scores. */
  readonly blockValues: number;
  readonly traffic: Traffic = new Traffic();
  /** Name in TensorFlow.js' registry. */
  readonly #key: string;

  constructor(tf: TensorFlow, key: string, blockValues: number = BLOCK_VALUES) {
    this.tf = tf;
    this.#key = key;
    this.blockValues = blockValues;
  }

  /**
   * Computes on this backend and disposes of every tensor but those returned. `compute` must not be
   * asynchronous, since the module has one scope stack and one active backend for all callers.
   *
   * @throws {WellbegunError} `limit` if memory runs out.
   */
  tidy<T>(doing: string, compute: () => T): T {
    const { tf } = this;
    const before = tf.getBackend();
    let result: { readonly value: T } | undefined;
    // An initialized backend becomes active at once; the promise is for those that are not.
    if (before !== this.#key) void tf.setBackend(this.#key);
    try {
      tf.tidy(() => {
        const value = compute();
        result = { value };
        return value;
      });
    } catch (cause) {
      throw memoryError(doing, cause) ?? cause;
    } finally {
      if (before !== this.#key) void tf.setBackend(before);
    }
    return result!.value;
  }

  /** An operand of an operation. Only inside {@link tidy}. */
  floats(values: Float32Array, shape: number[] = [values.length]): TfTensor {
    this.traffic.operandsUploaded += values.byteLength;
    return this.tf.tensor(values, shape, "float32");
  }

  /** Indices or labels. Only inside {@link tidy}. */
  integers(values: Int32Array): TfTensor {
    this.traffic.operandsUploaded += values.byteLength;
    return this.tf.tensor(values, [values.length], "int32");
  }

  /** Rows of a matrix, which the caller disposes of. `values` must not be changed afterwards. */
  upload(doing: string, values: Float32Array, rows: number, columns: number): TfTensor {
    this.traffic.matricesUploaded += values.byteLength;
    return this.tidy(doing, () => this.tf.tensor(values, [rows, columns], "float32"));
  }

  /** A result of an operation; the tensor is disposed of. */
  async result(doing: string, tensor: TfTensor): Promise<Float32Array> {
    const values = floatsOf(await this.#take(doing, tensor));
    this.traffic.resultsDownloaded += values.byteLength;
    return values;
  }

  /** Labels; the tensor is disposed of. */
  async labels(doing: string, tensor: TfTensor): Promise<Int32Array> {
    const values = await this.#take(doing, tensor);
    this.traffic.resultsDownloaded += values.byteLength;
    return values instanceof Int32Array ? values : Int32Array.from(values);
  }

  /**
   * Rows of a matrix; the tensor stays. The values must not be changed, since they may be the tensor's own
   * memory.
   */
  async rows(doing: string, tensor: TfTensor): Promise<Float32Array> {
    const values = floatsOf(await this.#read(doing, tensor));
    this.traffic.matricesDownloaded += values.byteLength;
    return values;
  }

  /** The rows of a matrix, or the entries of a vector, at the given places. Only inside {@link tidy}. */
  gather(x: TfTensor, places: TfTensor): TfTensor {
    const { tf } = this;
    // In tfjs-wasm GatherNd copies whole rows, where GatherV2 computes the place of every value (20 times slower).
    if (this.#key === "wasm") return tf.gatherND(x, tf.reshape(places, [places.shape[0]!, 1]));
    return tf.gather(x, places);
  }

  /** Rows `first .. first + count - 1` of a matrix. Only inside {@link tidy}. */
  rowsFrom(x: TfTensor, first: number, count: number): TfTensor {
    const { tf } = this;
    // Slice in tfjs-wasm copies the whole tensor first.
    if (this.#key === "wasm") return this.gather(x, tf.range(first, first + count, 1, "int32"));
    return tf.slice(x, [first, 0], [count, x.shape[1]!]);
  }

  /** a^T b of two matrices with as many rows. Only inside {@link tidy}. */
  transposedProduct(a: TfTensor, b: TfTensor): TfTensor {
    const { tf } = this;
    if (this.#key !== "wasm") return tf.matMul(a, b, true);
    // tfjs-wasm has its fast product (20 times faster) only for operands that are not transposed, so the
    // narrower one is transposed first.
    if (a.shape[1]! <= b.shape[1]!) return tf.matMul(tf.transpose(a), b);
    return tf.transpose(tf.matMul(tf.transpose(b), a));
  }

  async #take(doing: string, tensor: TfTensor): Promise<Float32Array | Int32Array | Uint8Array> {
    try {
      return await this.#read(doing, tensor);
    } finally {
      tensor.dispose();
    }
  }

  async #read(doing: string, tensor: TfTensor): Promise<Float32Array | Int32Array | Uint8Array> {
    try {
      return await tensor.data();
    } catch (cause) {
      throw memoryError(doing, cause) ?? cause;
    }
  }
}

function floatsOf(values: Float32Array | Int32Array | Uint8Array): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The error for a memory failure; undefined for other failures, which are rethrown unchanged. */
function memoryError(doing: string, cause: unknown): WellbegunError | undefined {
  if (isWellbegunError(cause)) return undefined;
  const message = messageOf(cause);
  if (!/out of memory|OOM|alloc|exhausted|array length|buffer size|memory/i.test(message)) return undefined;
  return new WellbegunError("limit", {
    doing,
    expected: "memory that TensorFlow.js can allocate",
    found: message,
    hint: "Work in smaller blocks of rows, or bound the memory of the fit.",
    cause,
  });
}
