/** The supported recommender codebases. */
export type CodebaseName =
  | "mmrec"
  | "mrlib"
  | "alignrec"
  | "recbole"
  | "cornac"
  | "implicit"
  | "lightfm"
  | "freerec"
  | "diffmm"
  | "mmssl"
  | "torchrec"
  | "torcheasyrec"
  | "pytorch";

/**
 * How wide a parameter is. `d`: the model's embedding size. `2d`: two halves of that. `d+1`: one extra column,
 * which is not part of the vector. `latent`: a separate size. `raw`: the width of the modality's features.
 */
export type WidthRule = "d" | "2d" | "d+1" | "latent" | "raw";

/** The random initialization that the vectors replace. */
export type RandomInit =
  | { readonly kind: "xavier" }
  | { readonly kind: "normal"; readonly std: number }
  /** Uniform on `low .. high`; with `perWidth`, both are divided by the embedding size. */
  | { readonly kind: "uniform"; readonly low: number; readonly high: number; readonly perWidth?: boolean }
  /** The initialization is the caller's, or depends on options. */
  | { readonly kind: "other"; readonly note: string };

/** A table of a model that can hold starting vectors. */
export interface ParameterTarget {
  /** Attributes and keys from the model, with dots: `embedding_dict.user_emb`. */
  readonly path: string;
  /** Whose vectors the table holds. `nodes`: users, then items, in one table. */
  readonly rows: "users" | "items" | "nodes";
  /** The modality, for a table that belongs to one. Omitted for the fused table. */
  readonly modality?: "image" | "text" | undefined;
  readonly width: WidthRule;
  /** The width of a `latent` table, if the codebase fixes it. */
  readonly latent?: number | undefined;
  /** `plain`: a tensor outside `parameters()`, which no optimizer trains and no checkpoint holds. */
  readonly tensor: "parameter" | "plain";
  readonly init: RandomInit;
  /** The model normalizes each row before use, so that the scale matters to the optimizer alone. */
  readonly normalized?: boolean | undefined;
}

/** A file of vectors that the codebase reads itself, so that no loader is needed for it. */
export interface FileTarget {
  /**
   * The file's name. `….npy`: float32, the rows in the codebase's order. `….parquet`: a column of raw IDs, then a
   * column of vectors (lists of float32).
   */
  readonly name: string;
  readonly rows: "users" | "items";
  /** What the codebase does with the file, as a sentence without its subject. */
  readonly purpose: string;
}

/** Data about a model. */
export interface ModelTarget {
  /** The tables, users first; empty where a model has no user vectors of its own, or fills them from files. */
  readonly parameters: readonly ParameterTarget[];
  /** Files that the codebase reads vectors from, users first. Default: none. */
  readonly files?: readonly FileTarget[] | undefined;
  /** A note for the user who wires the model. */
  readonly note?: string | undefined;
}

/**
 * How the rows of a model are ordered. `row-is-id`: raw IDs are whole numbers, and the row is the ID. `by-id`: the
 * codebase maps raw IDs to rows when it loads the data, so the loader asks the codebase for the IDs in row
 * order.
 */
export interface RowOrder {
  readonly rule: "row-is-id" | "by-id";
  /** The object that holds the IDs, as readers of the documentation know it. */
  readonly from: string;
  /** Padding rows before the first user and item, which keep the codebase's values. Default: 0. */
  readonly padding?: number | undefined;
}

/** A recommender codebase and its models. */
export interface Codebase {
  readonly name: CodebaseName;
  readonly title: string;
  /** URL of the source that the data were taken from. */
  readonly source: string;
  /** The commit or release that the data were taken from. */
  readonly version: string;
  /** The dataset layout. */
  readonly layout: string;
  readonly order: RowOrder;
  /** The embedding size of the codebase's own configuration, if it has one. */
  readonly defaultWidth?: number | undefined;
  /**
   * How the user runs it: with a launcher around the codebase's own program, with a helper that the user's
   * program calls, or with the codebase's own programs, which read the files.
   */
  readonly use: "launcher" | "helper" | "files";
  /**
   * The folder of a checkout in which the codebase's program is started; `MODEL` in it stands for the model.
   * Default: `src`.
   */
  readonly startIn?: string | undefined;
  /**
   * The codebase's own program with its arguments, started through the general launcher `wellbegun_train`; `DATASET` and
   * `WIDTH` stand for the dataset's name and the vectors' columns. Omitted if the codebase has its own
   * launcher.
   */
  readonly program?: string | undefined;
  readonly models: Readonly<Record<string, ModelTarget>>;
}
