/**
 * The part of TensorFlow.js that is used, as types of this package: the types of an optional package would
 * break the builds of users who lack it. The module `@tensorflow/tfjs`, and `@tensorflow/tfjs-core` together
 * with `@tensorflow/tfjs-layers`, satisfy them.
 */

/** A tensor. */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A layer of a model. */
export interface TfLayer {
  readonly name: string;
  trainable: boolean;
  getClassName(): string;
  getConfig(): Readonly<Record<string, unknown>>;
  getWeights(): TfTensor[];
  setWeights(weights: TfTensor[]): void;
}

/** A model whose layers have names. */
export interface TfModel {
  readonly layers: readonly TfLayer[];
  /** Present once the model is compiled. */
  readonly optimizer?: unknown;
}

/** The module that makes tensors. */
export interface TfCore {
  tensor2d(values: Float32Array, shape: [number, number]): TfTensor;
}

/** The module that makes initializers. */
export interface TfInitializers<Initializer extends object> {
  readonly initializers: { zeros(): Initializer };
}
