/**
 * The part of TensorFlow.js that is used, as structural types: published declarations name no optional package. The
 * modules `@tensorflow/tfjs-core`, `@tensorflow/tfjs`, `@tensorflow/tfjs-node` and `@tensorflow/tfjs-node-gpu` have it.
 */

/** A tensor of TensorFlow.js. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

/** Numbers in any nesting, which TensorFlow.js takes for a tensor. */
export interface TfNumbers {
  readonly [index: number]: number | boolean | string | ArrayBufferView | TfNumbers;
}

/** The operands of operations; this package passes tensors. */
export type TfOperand = TfTensor | number | boolean | string | ArrayBufferView | TfNumbers;

/** The result of `tf.memory()`. */
export interface TfMemory {
  /** Tensors of the whole process that were made and not disposed of. */
  readonly numTensors: number;
  readonly numBytes: number;
}

/** A module of TensorFlow.js with at least one backend registered. */
export interface TensorFlow {
  /** Name of the active backend; none before the first. */
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  /** The active backend itself. */
  backend(): object;
  memory(): TfMemory;
  /** Runs a function and disposes of every tensor made meanwhile, except those returned. */
  tidy(run: () => void): unknown;

  tensor(
    values: Float32Array | Int32Array | Uint8Array,
    shape: number[],
    dtype: "float32" | "int32",
  ): TfTensor;
  scalar(value: number): TfTensor;
  zeros(shape: number[]): TfTensor;
  ones(shape: number[]): TfTensor;
  fill(shape: number[], value: number, dtype: "float32" | "int32"): TfTensor;
  range(start: number, stop: number, step: number, dtype: "int32"): TfTensor;
  oneHot(indices: TfOperand, depth: number): TfTensor;
  cast(x: TfOperand, dtype: "float32"): TfTensor;

  add(a: TfOperand, b: TfOperand): TfTensor;
  sub(a: TfOperand, b: TfOperand): TfTensor;
  mul(a: TfOperand, b: TfOperand): TfTensor;
  div(a: TfOperand, b: TfOperand): TfTensor;
  maximum(a: TfOperand, b: TfOperand): TfTensor;
  square(x: TfOperand): TfTensor;
  sqrt(x: TfOperand): TfTensor;
  abs(x: TfOperand): TfTensor;
  exp(x: TfOperand): TfTensor;
  log(x: TfOperand): TfTensor;
  sigmoid(x: TfOperand): TfTensor;
  greater(a: TfOperand, b: TfOperand): TfTensor;
  where(condition: TfOperand, a: TfOperand, b: TfOperand): TfTensor;

  sum(x: TfOperand, axis: number): TfTensor;
  max(x: TfOperand, axis: number): TfTensor;
  argMin(x: TfOperand, axis: number): TfTensor;
  matMul(a: TfOperand, b: TfOperand, transposeA?: boolean): TfTensor;

  reshape(x: TfOperand, shape: number[]): TfTensor;
  transpose(x: TfOperand): TfTensor;
  slice(x: TfOperand, begin: number[], size: number[]): TfTensor;
  concat(parts: TfOperand[], axis: number): TfTensor;
  pad(x: TfOperand, paddings: [number, number][]): TfTensor;
  gather(x: TfOperand, indices: TfOperand): TfTensor;
  gatherND(x: TfOperand, indices: TfOperand): TfTensor;
}
