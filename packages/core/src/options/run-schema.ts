/** Where and how a fit runs. {@link RunOptions} documents each. */
export const runSchema = {
  backend: {
    kind: "other",
    type: "a backend",
    defaultText: "`wasm()`, else `cpu()`",
    group: "Run",
    help: "what computes; one that the call opens is also closed by it",
  },
  memory: {
    kind: "number",
    above: 0,
    defaultText: "no bound",
    group: "Run",
    help: "bytes that a fit may hold; features beyond are read again for each pass",
  },
  perModality: {
    kind: "other",
    type: "true or false",
    defaultText: "true",
    group: "Run",
    help: "whether to make a user table for each modality as well",
  },
  initializer: {
    kind: "other",
    type: "true or false",
    defaultText: "true",
    group: "Run",
    help: "whether `fitInto` builds what folds in users",
  },
  signal: {
    kind: "other",
    type: "an `AbortSignal`",
    group: "Run",
    help: "stops the call when it is aborted",
  },
  onProgress: {
    kind: "other",
    type: "a function",
    group: "Run",
    help: "is told of the progress",
  },
} as const;
