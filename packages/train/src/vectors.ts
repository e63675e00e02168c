/** What a model scores and folds in with, copied from the backend. */
export interface Vectors {
  /** U x d. */
  readonly users: Float32Array;
  /** I x d. */
  readonly items: Float32Array;
  /** I x d, of models that propagate. */
  readonly foldIn: Float32Array | undefined;
}
