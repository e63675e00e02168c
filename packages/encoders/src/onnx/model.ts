import { WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import { float32ToFloat16 } from "@wellbegun/core/support";
import type { ModelOutput } from "../pool.ts";
import {
  type EncoderRuntime,
  halfTensor,
  loadRuntime,
  type RuntimeSession,
  type RuntimeTensor,
  runtimeName,
  type TensorData,
  type ValueType,
} from "./runtime.ts";

/** How a model runs. */
export interface RunModelOptions {
  /** The module onnxruntime-node or onnxruntime-web. Default: the one for this environment, loaded at the call. */
  readonly runtime?: unknown;
  /** Execution provider, such as `cpu`, `cuda`, `webgpu` or `wasm`. Default: the runtime's own. */
  readonly device?: string | undefined;
  /** Threads of one run. Default: the runtime's own. */
  readonly threads?: number | undefined;
}

/** One input of a model. */
export interface ModelInput {
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** Outputs that hold one vector for each row, in the order of preference. */
const vectorOutputs = ["sentence_embedding", "text_embeds", "image_embeds", "audio_embeds", "pooler_output"];

/** An ONNX model whose one output is read. */
export class OnnxModel {
  /** The package that runs the model, its version and the device. */
  readonly runtime: string;
  /** The device that was asked for; undefined: the runtime's own. */
  readonly device: string | undefined;
  /** What to call the model in errors. */
  readonly label: string;
  readonly #runtime: EncoderRuntime;
  readonly #output: string;
  #session: RuntimeSession | undefined;

  private constructor(
    runtime: EncoderRuntime,
    session: RuntimeSession,
    output: string,
    label: string,
    device: string | undefined,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#output = output;
    this.label = label;
    this.device = device;
    this.runtime = `${runtimeName(runtime)}, ${device ?? "default device"}`;
  }

  /**
   * Opens a model.
   *
   * @param output The output to read. Default: the first that holds vectors, else the model's first.
   * @throws {WellbegunError} `unavailable` without a runtime; `format` if the bytes are no model or the output is not there.
   */
  static async open(
    bytes: Uint8Array,
    label: string,
    output: string | undefined,
    options: RunModelOptions,
  ): Promise<OnnxModel> {
    const runtime = await loadRuntime(options.runtime);
    const { device, threads } = options;
    let session: RuntimeSession;
    try {
      session = await runtime.InferenceSession.create(bytes, {
        logSeverityLevel: 4,
        ...(device === undefined ? {} : { executionProviders: [device] }),
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
    } catch (cause) {
      throw failure(
        "format",
        "opening an ONNX model",
        "a model that this runtime and device take",
        messageOf(cause),
        label,
        cause,
      );
    }
    const names = session.outputNames;
    const chosen = output ?? vectorOutputs.find((name) => names.includes(name)) ?? names[0]!;
    if (names.includes(chosen)) return new OnnxModel(runtime, session, chosen, label, device);
    await session.release();
    throw failure("format", "opening an ONNX model", `an output ${chosen}`, names.join(", "), label);
  }

  /** Names of the model's inputs. */
  get inputNames(): readonly string[] {
    return this.#open().inputNames;
  }

  /** Type of an input's elements: `float32`, `float16`, `int64` and so on; undefined if the runtime does not tell. */
  inputType(name: string): string | undefined {
    return this.#metadata(name)?.type;
  }

  /** The axes of an input whose length is fixed; undefined where it is free, or the runtime does not tell. */
  fixedShape(name: string): readonly (number | undefined)[] {
    return (this.#metadata(name)?.shape ?? []).map((axis) =>
      typeof axis === "number" && axis > 0 ? axis : undefined,
    );
  }

  /**
   * Runs the model.
   *
   * @throws {WellbegunError} `limit` if it does not run on these inputs; `disposed`.
   */
  async run(inputs: Readonly<Record<string, ModelInput>>): Promise<ModelOutput> {
    const session = this.#open();
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [name, { data, dims }] of Object.entries(inputs)) {
      const isHalf = data instanceof Float32Array && this.inputType(name) === "float16";
      feeds[name] = isHalf
        ? halfTensor(this.#runtime, float32ToFloat16(data), dims)
        : new this.#runtime.Tensor(data, dims);
    }
    try {
      const { [this.#output]: found } = await session.run(feeds, [this.#output]);
      return found!;
    } catch (cause) {
      const shapes = Object.entries(inputs).map(([name, { dims }]) => `${name} ${dims.join(" x ")}`);
      throw failure(
        "limit",
        "running an ONNX model",
        `room and a shape that fits for ${shapes.join(", ")}`,
        messageOf(cause),
        this.label,
        cause,
      );
    }
  }

  async release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }

  #metadata(name: string): ValueType | undefined {
    return this.#open().inputMetadata?.find((one) => one.name === name);
  }

  #open(): RuntimeSession {
    if (this.#session !== undefined) return this.#session;
    throw failure(
      "disposed",
      "running an ONNX model",
      "an open encoder",
      "one that was disposed",
      this.label,
    );
  }
}

function failure(
  code: "format" | "limit" | "disposed",
  doing: string,
  expected: string,
  found: string,
  at: string,
  cause?: unknown,
): WellbegunError {
  return new WellbegunError(code, { doing, expected, found, at, cause });
}
