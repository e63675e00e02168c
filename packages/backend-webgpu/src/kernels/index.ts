import { addParts } from "./add-parts.ts";
import { addScaled } from "./add-scaled.ts";
import { assignedDistances } from "./assigned-distances.ts";
import { clusterSums } from "./cluster-sums.ts";
import { columnMoments } from "./column-moments.ts";
import { columnTops } from "./column-tops.ts";
import { exclusions } from "./exclusions.ts";
import { gatherRows } from "./gather-rows.ts";
import { gram } from "./gram.ts";
import { multiply } from "./multiply.ts";
import { multiplySparse } from "./multiply-sparse.ts";
import { nearest } from "./nearest.ts";
import { rowNorms } from "./row-norms.ts";
import { scaleRows } from "./scale-rows.ts";
import { setLabels } from "./set-labels.ts";
import { squaredDistances } from "./squared-distances.ts";
import { sumParts } from "./sum-parts.ts";
import { tallyLabels } from "./tally-labels.ts";
import { topK } from "./top-k.ts";
import { adam } from "./training/adam.ts";
import { addBias } from "./training/add-bias.ts";
import { gate, gateBackward } from "./training/gate.ts";
import { infoNce, throughUnit } from "./training/info-nce.ts";
import { layerNorm, layerNormBackward } from "./training/layer-norm.ts";
import { pairLoss } from "./training/pair-loss.ts";
import { weightedTerm } from "./training/weighted-term.ts";
import { transformRows } from "./transform-rows.ts";

/** Every kernel of this package. */
export const kernels: {
  readonly addParts: typeof addParts;
  readonly addScaled: typeof addScaled;
  readonly assignedDistances: typeof assignedDistances;
  readonly clusterSums: typeof clusterSums;
  readonly columnMoments: typeof columnMoments;
  readonly columnTops: typeof columnTops;
  readonly exclusions: typeof exclusions;
  readonly gatherRows: typeof gatherRows;
  readonly gram: typeof gram;
  readonly multiply: typeof multiply;
  readonly multiplySparse: typeof multiplySparse;
  readonly nearest: typeof nearest;
  readonly rowNorms: typeof rowNorms;
  readonly scaleRows: typeof scaleRows;
  readonly setLabels: typeof setLabels;
  readonly squaredDistances: typeof squaredDistances;
  readonly sumParts: typeof sumParts;
  readonly tallyLabels: typeof tallyLabels;
  readonly topK: typeof topK;
  readonly adam: typeof adam;
  readonly addBias: typeof addBias;
  readonly gate: typeof gate;
  readonly gateBackward: typeof gateBackward;
  readonly infoNce: typeof infoNce;
  readonly throughUnit: typeof throughUnit;
  readonly layerNorm: typeof layerNorm;
  readonly layerNormBackward: typeof layerNormBackward;
  readonly pairLoss: typeof pairLoss;
  readonly weightedTerm: typeof weightedTerm;
  readonly transformRows: typeof transformRows;
} = {
  addParts,
  addScaled,
  assignedDistances,
  clusterSums,
  columnMoments,
  columnTops,
  exclusions,
  gatherRows,
  gram,
  multiply,
  multiplySparse,
  nearest,
  rowNorms,
  scaleRows,
  setLabels,
  squaredDistances,
  sumParts,
  tallyLabels,
  topK,
  adam,
  addBias,
  gate,
  gateBackward,
  infoNce,
  throughUnit,
  layerNorm,
  layerNormBackward,
  pairLoss,
  weightedTerm,
  transformRows,
};
