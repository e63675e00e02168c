export type { CkaOptions } from "./alignment/cka.ts";
export { linearCka } from "./alignment/cka.ts";
export type { TableAlignment } from "./alignment/describe.ts";
export { describeAlignment } from "./alignment/describe.ts";
export type { ClusteredItems } from "./alignment/explained.ts";
export { explainedByClusters } from "./alignment/explained.ts";
export type { NormDistribution } from "./alignment/norms.ts";
export { normDistribution, rowNorms } from "./alignment/norms.ts";
export type { AlignmentUniformity, UserItemCosine } from "./alignment/pairs.ts";
export { alignmentUniformity, sampleRowNumbers, userItemCosine } from "./alignment/pairs.ts";
export type { PrincipalComponents } from "./alignment/spectrum.ts";
export { effectiveRank, principalComponents, projectOn } from "./alignment/spectrum.ts";
export { permutedTables, permuteRows, randomTables, rowPermutation } from "./controls.ts";
export type { AccuracyMetric, RankingMetrics, UserMetrics } from "./metrics/accuracy.ts";
export { accuracyMetrics, meanMetrics, userMetrics } from "./metrics/accuracy.ts";
export type { ListMetrics } from "./metrics/beyond-accuracy.ts";
export { listMetrics } from "./metrics/beyond-accuracy.ts";
export type { ItemLists, RankedLists } from "./metrics/lists.ts";
export type {
  CompareOptions,
  Comparison,
  Contestant,
  ContestantResult,
  Protocol,
  ProtocolResults,
  RankerContestant,
  TableContestant,
} from "./protocols/compare.ts";
export { compare } from "./protocols/compare.ts";
export type {
  CutEvaluation,
  EvaluateOptions,
  GroupMetrics,
  RankingEvaluation,
} from "./protocols/evaluate.ts";
export { evaluateLists, evaluateRanker } from "./protocols/evaluate.ts";
export type { EvaluationSplit, SplitName, SplitOptions } from "./protocols/evaluation-split.ts";
export { mergeInteractions, splitOf } from "./protocols/evaluation-split.ts";
export type { Groups } from "./protocols/groups.ts";
export { COLD_ITEM_DEGREE, degreeGroups, HEAD_SHARE, popularityGroups } from "./protocols/groups.ts";
export type { ItemCfCut, ItemCfEvaluation, ItemCfOptions, ItemNeighbors } from "./protocols/item-cf.ts";
export { coOccurrenceNeighbors, itemCf } from "./protocols/item-cf.ts";
export type { MaskModalityOptions } from "./protocols/mask-modality.ts";
export { maskModality } from "./protocols/mask-modality.ts";
export type { OverlapRule } from "./protocols/overlap.ts";
export { overlapRules, withoutOverlap } from "./protocols/overlap.ts";
export type { ZeroShotModel, ZeroShotOptions } from "./protocols/zero-shot.ts";
export { zeroShot } from "./protocols/zero-shot.ts";
export { itemModelRanker } from "./ranking/item-model.ts";
export { popularityRanker } from "./ranking/popularity.ts";
export type { Ranker, RankOptions } from "./ranking/ranker.ts";
export { rankUsers } from "./ranking/ranker.ts";
export type { TableRankerOptions } from "./ranking/tables.ts";
export { tableRanker } from "./ranking/tables.ts";
export type { Interval, PairedDifference, ResampleOptions } from "./statistics/bootstrap.ts";
export { intervalOf, pairedBootstrap, pairedBootstraps, resampledMeans } from "./statistics/bootstrap.ts";
export type { CutIntervals, MetricInterval } from "./statistics/cut-intervals.ts";
