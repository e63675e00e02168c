import type { Normalization } from "@wellbegun/core";

/** Input and expected output of the whole method, from an implementation that shares no code with core. */
export interface GoldenCase {
  readonly name: string;
  readonly userCount: number;
  readonly itemCount: number;
  /** User row of each interaction. */
  readonly users: ArrayLike<number>;
  /** Item row of each interaction. */
  readonly items: ArrayLike<number>;
  /** By name. */
  readonly modalities: Readonly<Record<string, GoldenModality>>;
}

/** One modality of a {@link GoldenCase}; all tables row-major and `columns` wide. */
export interface GoldenModality {
  readonly columns: number;
  /** One row for each item. */
  readonly features: ArrayLike<number>;
  /** The starting centroids of Lloyd's iterations: one row for each cluster. */
  readonly start: ArrayLike<number>;
  /** The final centroids. */
  readonly centroids: ArrayLike<number>;
  /** Cluster of each item. */
  readonly labels: ArrayLike<number>;
  /** The user tables before combining, projecting and scaling. */
  readonly tables: readonly GoldenTable[];
}

/** The user table that one setting of the method gives. */
export interface GoldenTable {
  readonly normalization: Normalization;
  /** Weight of the local term. */
  readonly lambda: number;
  /** One row for each user. */
  readonly values: ArrayLike<number>;
}
