/** The recommender codebases that are known. */
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
  | "pytorch";

/**
 * How wide a parameter is. `d`: the model's embedding size. `2d`: two halves of that. `d+1`: one column more, which is
 * not a vector's. `latent`: a size of its own. `raw`: as wide as the modality's features.
 */
export type WidthRule = "d" | "2d" | "d+1" | "latent" | "raw";

/** The random initialization that the vectors replace. */
export type RandomInit =
  | { readonly kind: "xavier" }
  | { readonly kind: "normal"; readonly std: number }
  /** Uniform on `low .. high`; with `perWidth`, both are divided by the embedding size. */
  | { readonly kind: "uniform"; readonly low: number; readonly high: number; readonly perWidth?: boolean }
  /** The caller's, or one that depends on options. */
  | { readonly kind: "other"; readonly note: string };

/** A table of a model that can hold starting vectors. */
export interface ParameterTarget {
  /** Attributes and keys from the model, with dots: `embedding_dict.user_emb`. */
  readonly path: string;
  /** Whose vectors lie in it. `nodes`: users, then items, in one table. */
  readonly rows: "users" | "items" | "nodes";
  /** The modality of a table per modality. Left out: the fused table. */
  readonly modality?: "image" | "text" | undefined;
  readonly width: WidthRule;
  /** The width where it is `latent`, if the codebase fixes it. */
  readonly latent?: number | undefined;
  /** `plain`: a tensor outside `parameters()`, which no optimizer trains and no checkpoint holds. */
  readonly tensor: "parameter" | "plain";
  readonly init: RandomInit;
  /** The model normalizes each row before use, so that the scale matters to the optimizer alone. */
  readonly normalized?: boolean | undefined;
}

/** What is known of a model. */
export interface ModelTarget {
  /** The tables, users first; empty where a model has no user vectors. */
  readonly parameters: readonly ParameterTarget[];
  /** What a person who wires it should know. */
  readonly note?: string | undefined;
}

/**
 * How the rows of a model are ordered. `row-is-id`: raw IDs are whole numbers, and the row is the ID. `by-id`: the
 * codebase maps raw IDs to rows when it loads the data, so that the loader asks it for the IDs in row order.
 */
export interface RowOrder {
  readonly rule: "row-is-id" | "by-id";
  /** What holds the IDs, for readers. */
  readonly from: string;
  /** Rows before the first user and item that are padding and keep what the codebase put there. Default: 0. */
  readonly padding?: number | undefined;
}

/** A recommender codebase and its models. */
export interface Codebase {
  readonly name: CodebaseName;
  readonly title: string;
  /** Where its source was read. */
  readonly source: string;
  /** The commit or release that was read. */
  readonly version: string;
  /** The dataset layout. */
  readonly layout: string;
  readonly order: RowOrder;
  /** The embedding size of the codebase's own configuration, if it has one. */
  readonly defaultWidth?: number | undefined;
  /** What the user runs: a launcher around the codebase's own program, or a helper called from the user's program. */
  readonly use: "launcher" | "helper";
  /** Of a checkout, the folder that the codebase's program is started in, `MODEL` in it being the model. Default: `src`. */
  readonly startIn?: string | undefined;
  /**
   * The codebase's own program with its arguments, started through the general launcher `wellbegun_train`; `DATASET` and
   * `WIDTH` stand for the dataset's name and the vectors' columns. Left out where a launcher knows the codebase.
   */
  readonly program?: string | undefined;
  readonly models: Readonly<Record<string, ModelTarget>>;
}
