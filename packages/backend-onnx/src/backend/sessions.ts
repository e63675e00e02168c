import { type ComputeGraph, computeModel } from "./compute-models.ts";
import { runFailure, startFailure } from "./failures.ts";
import type { Provider } from "./provider-order.ts";
import type { LoadedRuntime, OrtSession, OrtSessionOptions, OrtTensor } from "./runtime.ts";

/** A row-major matrix to be read or written without a copy. */
export interface View {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** The sessions of one backend: one for each graph, made when it is first run. */
export class Sessions {
  readonly provider: Provider;
  readonly #runtime: LoadedRuntime;
  readonly #options: OrtSessionOptions;
  readonly #sessions: Map<ComputeGraph, Promise<OrtSession>> = new Map();

  constructor(runtime: LoadedRuntime, provider: Provider, threads: number) {
    this.provider = provider;
    this.#runtime = runtime;
    const onCpu = provider === "cpu" || provider === "wasm";
    this.#options = {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      logSeverityLevel: 4, // Errors come back as exceptions.
      extra: {
        session: {
          // Threads that spin while waiting would take processors from the host's kernels between products.
          intra_op: { allow_spinning: "0" },
          // Without this, a device could leave its work to the CPU under its own name.
          ...(onCpu ? {} : { disable_cpu_ep_fallback: "1" }),
        },
      },
    };
  }

  /**
   * Runs a graph on `a` and `b`, into `y`.
   *
   * onnxruntime-node reads and writes the arrays in place; onnxruntime-web copies them to and from its own
   * memory.
   *
   * @throws {WellbegunError} `limit` if the device cannot hold the operands, `unavailable` if it fails otherwise
   * or if the provider does not start.
   */
  async run(graph: ComputeGraph, a: View, b: View, y: View): Promise<void> {
    const session = await this.#session(graph);
    const inPlace = this.#runtime.kind === "onnxruntime-node";
    try {
      const feeds = { a: this.#tensor(a), b: this.#tensor(b) };
      const { y: made } = await session.run(feeds, { y: inPlace ? this.#tensor(y) : null });
      if (inPlace) return;
      y.values.set(made!.data as Float32Array);
      made!.dispose?.();
    } catch (cause) {
      throw runFailure(this.provider, [a, b, y], cause);
    }
  }

  /** Releases all sessions. */
  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(sessions.map(async (session) => (await session).release()));
  }

  async #session(graph: ComputeGraph): Promise<OrtSession> {
    const known = this.#sessions.get(graph);
    if (known !== undefined) return await known;
    const made = this.#runtime.ort.InferenceSession.create(computeModel(graph), this.#options);
    this.#sessions.set(graph, made);
    try {
      return await made;
    } catch (cause) {
      this.#sessions.delete(graph);
      throw startFailure(this.provider, cause);
    }
  }

  #tensor({ values, rows, columns }: View): OrtTensor {
    return new this.#runtime.ort.Tensor(values, [rows, columns]);
  }
}
