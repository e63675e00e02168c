export type { Batch } from "./batch.ts";
export type { EpochRecord, TrainingProgress } from "./curve.ts";
export { withoutEmptySplits } from "./data.ts";
export type { Geometry } from "./geometry.ts";
export { pretrainingMemory, trainingMemory } from "./memory.ts";
export { alignrec } from "./models/alignrec/alignrec.ts";
export type { AlignRecOptions } from "./models/alignrec/options.ts";
export type { BprOptions } from "./models/bpr.ts";
export { bpr } from "./models/bpr.ts";
export type { FeaturePreparation } from "./models/content.ts";
export { freedom } from "./models/freedom.ts";
export type { FreedomOptions } from "./models/freedom-options.ts";
export type { LightGcnOptions } from "./models/lightgcn.ts";
export { lightgcn } from "./models/lightgcn.ts";
export type {
  FeatureTable,
  LossTerms,
  ModelContext,
  ModelDefinition,
  ModelTables,
  TrainableModel,
} from "./models/model.ts";
export type { DefineModel, ModelName } from "./models/models.ts";
export { models } from "./models/models.ts";
export type { Parameter, Parameters } from "./models/parameters.ts";
export type { VbprOptions } from "./models/vbpr.ts";
export { vbpr } from "./models/vbpr.ts";
export type { Scope } from "./operations/scope.ts";
export { pretrain } from "./pretrain/pretrain.ts";
export type { PretrainOptions, ResolvedPretrainOptions } from "./pretrain/pretrain-options.ts";
export type { PretrainEpoch, PretrainReport } from "./pretrain/pretrain-record.ts";
export type { ModalityMap } from "./pretrain/pretrained.ts";
export { PretrainedSpace, readPretrainedSpace } from "./pretrain/pretrained.ts";
export type { StartRecord, TrainingRecord } from "./record.ts";
export { CURVE_FILE, curveLines, trainingRecord } from "./record.ts";
export type { Schedule } from "./schedule.ts";
export type { Start } from "./start.ts";
export { train } from "./train.ts";
export type { CheckpointOptions, ResolvedTrainOptions, TrainOptions } from "./train-options.ts";
export { resolveTrainOptions } from "./train-options.ts";
export type { StopReason, TrainingReport } from "./trained-model.ts";
export { TrainedModel } from "./trained-model.ts";
export type { JudgedSplit, SplitMetrics, TestMask } from "./validate.ts";
export { judgedSplit } from "./validate.ts";
