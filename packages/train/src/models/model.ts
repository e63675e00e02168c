import type { Backend, Interactions, TrainedContent } from "@wellbegun/core";
import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import type { Batch } from "../batch.ts";
import type { Scope } from "../operations/scope.ts";
import type { Parameters } from "./parameters.ts";

/** The features of one modality in memory. */
export interface FeatureTable {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row-major; rows without features hold zeros. */
  readonly values: Float32Array;
  /** 1 for each row without features, else 0; left out when none is missing. */
  readonly missing?: Uint8Array | undefined;
}

/** The context in which a model is built. */
export interface ModelContext {
  readonly backend: Backend;
  readonly operations: TrainingOperations;
  /** Where the model's parameters are added. */
  readonly parameters: Parameters;
  /** For matrices that live as long as the model. */
  readonly scope: Scope;
  readonly train: Interactions;
  readonly features: Readonly<Record<string, FeatureTable>>;
  /** Width of the vectors. */
  readonly dimensions: number;
  /** Pairs of a full batch. */
  readonly batchSize: number;
  readonly seed: number;
}

/** The vectors that a model scores with. */
export interface ModelTables {
  readonly users: Matrix;
  readonly items: Matrix;
  /**
   * I x d: the vector of a new user is its normalized interactions times this table. Left out by models that do not
   * propagate, which have no vector for a user that they were not trained with.
   */
  readonly foldIn?: Matrix | undefined;
  /** What `TrainableModel.content` takes; left out by models that do not place items by content. */
  readonly content?: readonly Matrix[] | undefined;
}

/** The terms of a loss, with their weights: they add up to the loss. */
export type LossTerms = Readonly<Record<string, number>>;

/** A model on a backend, ready to be trained. Its matrices belong to the context it was built from. */
export interface TrainableModel {
  readonly parameters: Parameters;
  /** The names of the parameters that a start is written to. */
  readonly starts: { readonly users: string; readonly items: string };
  /** Called before each epoch, counted from 0; a model that samples its graph does so here. */
  startEpoch?(epoch: number): Promise<void>;
  /** Writes the gradient of the batch's loss into the parameters, and returns the terms of the loss. */
  gradients(batch: Batch, epoch: number): Promise<LossTerms>;
  /** The vectors from the current parameters. They belong to `scope`. */
  tables(scope: Scope): Promise<ModelTables>;
  /**
   * How an item that the model was not trained with is placed by its content; left out by models that have no such way.
   *
   * @param learned The values of `ModelTables.content`.
   */
  content?(learned: readonly Float32Array[]): TrainedContent;
}

/** A kind of model with its options, for `train`. */
export interface ModelDefinition {
  /** "alignrec", "lightgcn", "bpr", "vbpr" or "freedom". */
  readonly name: string;
  /** All options with their defaults, as they are recorded. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The learning rate's course in the original code, where it is not constant. */
  readonly schedule?: { readonly decay: number; readonly warmUpEpochs: number } | undefined;
  /** Whether the model reads the features; otherwise they are not loaded. */
  readonly readsFeatures: boolean;
  /** Whether weights of interactions have a part in the graph; otherwise every train interaction counts once. */
  readonly readsWeights: boolean;
  /** Checks the data and makes the parameters. */
  build(context: ModelContext): Promise<TrainableModel>;
}
