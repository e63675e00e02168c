/** The tables with which a model scores and folds in, copied from the backend. */
export interface Vectors {
  /** U x d. */
  readonly users: Float32Array;
  /** I x d. */
  readonly items: Float32Array;
  /** I x d; undefined for models that do not propagate. */
  readonly foldIn: Float32Array | undefined;
  /** What places items by content; undefined for models without such a way. */
  readonly content: readonly Float32Array[] | undefined;
}
